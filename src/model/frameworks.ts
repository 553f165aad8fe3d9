/**
 * Web frameworks that are known by name, and the package each comes in. An app may hold several (Nest runs on Express
 * or Fastify, Next may sit beside one): the first of the list that it has is the one people would name.
 */
export const frameworks: readonly { name: string; package: string }[] = [
  { name: 'nest', package: '@nestjs/core' },
  { name: 'next', package: 'next' },
  { name: 'fastify', package: 'fastify' },
  { name: 'hono', package: 'hono' },
  { name: 'koa', package: 'koa' },
  { name: 'express', package: 'express' },
];
