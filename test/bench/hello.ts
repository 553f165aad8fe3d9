import { join } from 'node:path';

const greetings: Record<string, string> = {
  express: `require('express')().get('/', (req, res) => res.send('hello')).listen(port, '127.0.0.1');`,
  fastify: `const app = require('fastify')(); app.get('/', async () => 'hello'); app.listen({ port, host: '127.0.0.1' });`,
  koa: `const Koa = require('koa'); new Koa().use((ctx) => { ctx.body = 'hello'; }).listen(port, '127.0.0.1');`,
  hono: `const { Hono } = require('hono'); const { serve } = require('@hono/node-server'); serve({ fetch: new Hono().get('/', (c) => c.text('hello')).fetch, port, hostname: '127.0.0.1' });`,
  '@nestjs/core': `require('reflect-metadata'); const { Controller, Get, Module } = require('@nestjs/common'); const { NestFactory } = require('@nestjs/core');
class Hello { get() { return 'hello'; } }
Get()(Hello.prototype, 'get', Object.getOwnPropertyDescriptor(Hello.prototype, 'get')); Controller()(Hello);
class App {} Module({ controllers: [Hello] })(App);
let adapter; try { const { FastifyAdapter } = require('@nestjs/platform-fastify'); adapter = new FastifyAdapter(); } catch {}
NestFactory.create(App, ...(adapter ? [adapter] : []), { logger: false }).then((app) => app.listen(port, '127.0.0.1'));`,
};

/** The smallest server of a framework, with the very version that the app has; null for a framework that has none here. */
export function hello(framework: string | null, folder: string): string | null {
  const greeting = greetings[framework ?? ''];
  if (greeting === undefined) return null;
  const loader = `require('node:module').createRequire(${JSON.stringify(join(folder, 'package.json'))})`;
  return `((require, port) => {\n${greeting}\n})(${loader}, process.env.PORT);\n`;
}
