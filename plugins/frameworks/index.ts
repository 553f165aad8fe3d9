import type { Framework } from '../../src/plugin.ts';
import { express } from './express.ts';
import { fastify } from './fastify.ts';
import { hono } from './hono.ts';
import { koa } from './koa.ts';
import { nest } from './nest.ts';
import { next } from './next.ts';

/** Every framework whose routes can be read from the sources. */
export const frameworks: readonly Framework[] = [nest, next, fastify, hono, koa, express];
