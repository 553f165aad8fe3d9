/** A small app as text, and the routes a framework would hold once it runs. The first file is the entry. */
export interface Case {
  framework: string;
  name: string;
  files: Record<string, string>;
  routes: string[];
  /** Why a part cannot be found; what is found nevertheless stands in `routes`. */
  gap?: string;
}

const compiled = `"use strict";
var __importDefault = (this && this.__importDefault) || function (mod) { return (mod && mod.__esModule) ? mod : { "default": mod }; };
Object.defineProperty(exports, "__esModule", { value: true });
`;

export const cases: Case[] = [
  {
    framework: 'express',
    name: 'routers in variables and over files, mounted in each other',
    files: {
      'server.js': `const express = require('express'); const api = require('./api'); const app = express(); app.use('/api', api); app.listen(3000);`,
      'api.js': `const { Router } = require('express'); const router = Router(); router.use('/users', require('./users')); router.get('/health', (req, res) => res.end()); module.exports = router;`,
      'users.js': `const r = require('express').Router({ mergeParams: true }); r.route('/:id').get(show).put(auth, update); function show() {} function auth() {} function update() {} module.exports = r;`,
    },
    routes: ['GET /api/health', 'GET /api/users/:id', 'PUT /api/users/:id'],
  },
  {
    framework: 'express',
    name: 'functions that take the app, arrays, constants and loops',
    files: {
      'server.mjs': `import express from 'express'; import { register } from './routes/index.js'; import { BASE } from './settings.js'; const app = express(); register(app); for (const name of ['cups', 'pots']) app.get(\`\${BASE}/\${name}\`, (req, res) => res.end()); [['post', '/a'], ['delete', '/b']].forEach(([method, path]) => app[method](path, (req, res) => res.end()));`,
      'routes/index.js': `export { register } from './all.js';`,
      'routes/all.js': `import * as handlers from './handlers.js'; const routes = [{ method: 'get', path: '/one', handler: handlers.one }, { method: 'put', path: ['/two', '/deux'], handler: handlers.two }]; export function register(app) { routes.forEach(({ method, path, handler }) => app[method](path, handler)); }`,
      'routes/handlers.js': `export const one = (req, res) => res.end(); export function two(req, res) { res.end(); }`,
      'settings.js': `const version = 'v1'; export const BASE = '/' + ['shop', version].join('/');`,
    },
    routes: ['DELETE /b', 'GET /one', 'GET /shop/v1/cups', 'GET /shop/v1/pots', 'POST /a', 'PUT /deux', 'PUT /two'],
  },
  {
    framework: 'express',
    name: 'a class that holds the app and its controllers',
    files: {
      'index.ts': `import { App } from './app'; import { UserController } from './user.controller'; const server = new App([new UserController()], 3000); server.listen();`,
      'app.ts': `import express, { type Application } from 'express'; interface Controller { path: string; router: express.Router } export class App { public app: Application; constructor(private controllers: Controller[], public port: number) { this.app = express(); this.initialize(); } private initialize(): void { this.controllers.forEach((controller) => { this.app.use('/api', controller.router); }); } listen(): void { this.app.listen(this.port); } }`,
      'user.controller.ts': `import { Router } from 'express'; abstract class Base { router = Router(); } export class UserController extends Base { path = '/users'; constructor() { super(); this.routes(); } private routes(): void { this.router.get(this.path, this.list).post(\`\${this.path}/:id\`, this.change.bind(this)); } list = async (): Promise<void> => {}; change(): void {} }`,
    },
    routes: ['GET /api/users', 'POST /api/users/:id'],
  },
  {
    framework: 'express',
    name: "TypeScript's output, with wrapped handlers and a container of options",
    files: {
      'dist/server.js': `${compiled}const express_1 = __importDefault(require("express")); const routes_1 = require("./routes"); const app = (0, express_1.default)(); app.use(express_1.default.json()); app.use("/v1", (0, routes_1.makeRoutes)({ prefix: "/items" })); exports.default = app;`,
      'dist/routes.js': `${compiled}exports.makeRoutes = void 0; const express_1 = require("express"); const wrap = (fn) => async (req, res, next) => { try { await fn(req, res); } catch (e) { next(e); } }; function makeRoutes({ prefix }) { const router = (0, express_1.Router)(); router.get(prefix, wrap(async (req, res) => { res.json([]); })); return router; } exports.makeRoutes = makeRoutes;`,
    },
    routes: ['GET /v1/items'],
  },
  {
    framework: 'express',
    name: "Babel's output",
    files: {
      'lib/index.js': `"use strict"; var _express = _interopRequireDefault(require("express")); var _api = _interopRequireDefault(require("./api")); function _interopRequireDefault(e) { return e && e.__esModule ? e : { default: e }; } const app = (0, _express.default)(); app.use('/api', _api.default);`,
      'lib/api.js': `"use strict"; Object.defineProperty(exports, "__esModule", { value: true }); exports.default = void 0; var _express = require("express"); const router = (0, _express.Router)(); router.all('/any', (req, res) => {}); var _default = exports.default = router;`,
    },
    routes: ['ANY /api/any'],
  },
  {
    framework: 'express',
    name: 'files of a folder, required one by one',
    files: {
      'server.js': `const fs = require('fs'); const path = require('path'); const app = require('express')(); const dir = path.join(__dirname, 'routes'); fs.readdirSync(dir).filter((file) => file.endsWith('.js') && !file.startsWith('_')).forEach((file) => { const name = path.basename(file, '.js'); app.use('/' + name, require(path.join(dir, file))); }); app.listen(1);`,
      'routes/cups.js': `const router = require('express').Router(); router.get('/', (req, res) => res.end()); module.exports = router;`,
      'routes/pots.js': `const router = require('express').Router(); router.get('/:id', (req, res) => res.end()); module.exports = router;`,
      'routes/_draft.js': `throw new Error('never loaded')`,
    },
    routes: ['GET /cups', 'GET /pots/:id'],
  },
  {
    framework: 'express',
    name: 'what waits for a database, and what depends on the environment',
    files: {
      'server.js': `const express = require('express'); const mongoose = require('mongoose'); const app = express(); async function main() { await mongoose.connect(process.env.DB); app.get('/ready', (req, res) => res.end()); if (process.env.DEBUG) app.get('/debug', (req, res) => res.end()); app.listen(process.env.PORT || 3000, () => console.log('up')); } mongoose.connection.once('open', () => app.get('/open', (req, res) => res.end())); main().catch((error) => { console.error(error); process.exit(1); });`,
    },
    routes: ['GET /debug', 'GET /open', 'GET /ready'],
  },
  {
    framework: 'fastify',
    name: 'plugins with prefixes, route objects and shared plugins',
    files: {
      'app.js': `import Fastify from 'fastify'; import fp from 'fastify-plugin'; import users from './users.js'; const app = Fastify({ logger: true }); app.register(fp(async (instance) => { instance.get('/shared', async () => 1); }), { prefix: '/ignored' }); app.register(users, { prefix: '/users' }); app.route({ method: ['GET', 'POST'], url: '/both', handler: async () => 1 }); app.register((instance, options, done) => { instance.delete('/late', { schema: {} }, async () => 1); done(); }, { prefix: '/v2' }); await app.listen({ port: 1 });`,
      'users.js': `export default async function (app) { app.get('/', list); app.get('/:id(\\\\d+)', { handler: list }); app.register(import('./nested.js'), { prefix: '/nested' }); } async function list() {}`,
      'nested.js': `export default async (app) => { app.all('/x', async () => 1); };`,
    },
    routes: ['ANY /users/nested/x', 'DELETE /v2/late', 'GET /both', 'GET /shared', 'GET /users', 'GET /users/:id', 'POST /both'],
  },
  {
    framework: 'fastify',
    name: 'autoloaded folders',
    files: {
      'app.js': `import autoload from '@fastify/autoload'; import { join } from 'node:path'; import fastify from 'fastify'; const app = fastify(); app.register(autoload, { dir: join(import.meta.dirname, 'routes'), options: { prefix: '/api' }, routeParams: true }); export default app;`,
      'routes/root.js': `export default async (app) => { app.get('/', async () => 1); };`,
      'routes/cups/index.js': `export default async (app) => { app.get('/:id', async () => 1); };`,
      'routes/users/_user/autohooks.js': `export default async (app) => { app.get('/hooks', async () => 1); };`,
      'routes/users/_user/index.js': `export default async (app) => { app.delete('/', async () => 1); };`,
    },
    routes: ['DELETE /api/users/:user', 'GET /api', 'GET /api/cups/:id'],
  },
  {
    framework: 'hono',
    name: 'chains, base paths, merged apps and `on`',
    files: {
      'server.ts': `import { serve } from '@hono/node-server'; import { Hono } from 'hono'; import { logger } from 'hono/logger'; import books from './books'; const app = new Hono().basePath('/api'); app.use(logger()); app.get('/ok', (c) => c.text('ok')).post((c) => c.text('made')); app.route('/books', books); app.on(['PUT', 'DELETE'], ['/a', '/b'], (c) => c.body(null)); serve(app);`,
      'books.ts': `import { Hono } from 'hono'; type Env = { Variables: { user: string } }; const books = new Hono<Env>().get('/', (c) => c.json([])).get('/:id{[0-9]+}', async (c, next) => { await next(); }, (c) => c.json({})); export default books;`,
    },
    routes: ['DELETE /api/a', 'DELETE /api/b', 'GET /api/books', 'GET /api/books/:id', 'GET /api/ok', 'POST /api/ok', 'PUT /api/a', 'PUT /api/b'],
  },
  {
    framework: 'hono',
    name: 'OpenAPIHono',
    files: {
      'index.ts': `import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'; const app = new OpenAPIHono(); const show = createRoute({ method: 'get', path: '/users/{id}', responses: {} }); app.openapi(show, (c) => c.json({})); export default app;`,
    },
    routes: ['GET /users/:id'],
  },
  {
    framework: 'koa',
    name: 'nested routers, prefixes, names, mounts and compositions',
    files: {
      'app.js': `const Koa = require('koa'); const Router = require('@koa/router'); const mount = require('koa-mount'); const compose = require('koa-compose'); const users = require('./users'); const app = new Koa(); const router = new Router({ prefix: '/api' }); router.get('named', '/one', (ctx) => {}); router.use('/users', users.routes(), users.allowedMethods()); const admin = new Router(); admin.del('/x', (ctx) => {}); app.use(compose([async (ctx, next) => next(), router.routes()])); app.use(mount('/admin', admin.routes())); app.listen(1);`,
      'users.js': `const Router = require('koa-router'); const router = new Router(); router.get(['/', '/all'], list).all('/:id', list); function list() {} module.exports = router;`,
    },
    routes: ['ANY /api/users/:id', 'DELETE /admin/x', 'GET /api/one', 'GET /api/users', 'GET /api/users/all'],
  },
  {
    framework: 'nest',
    name: 'nested and dynamic modules, global prefix, versions, composed decorators',
    files: {
      'main.ts': `import { NestFactory } from '@nestjs/core'; import { VersioningType, RequestMethod } from '@nestjs/common'; import { AppModule } from './app.module'; async function bootstrap() { const app = await NestFactory.create(AppModule); app.setGlobalPrefix('api', { exclude: ['health'] }); app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }); await app.listen(3000); } bootstrap();`,
      'app.module.ts': `import { Module } from '@nestjs/common'; import { CatsModule } from './cats.module'; import { HealthController } from './health'; @Module({ imports: [CatsModule.forRoot({ path: 'x' })], controllers: [HealthController] }) export class AppModule {}`,
      'cats.module.ts': `import { DynamicModule, Module } from '@nestjs/common'; import { CatsController } from './cats'; @Module({}) export class CatsModule { static forRoot(options: { path: string }): DynamicModule { return { module: CatsModule, controllers: [CatsController] }; } }`,
      'health.ts': `import { Controller, Get, VERSION_NEUTRAL } from '@nestjs/common'; @Controller({ path: 'health', version: VERSION_NEUTRAL }) export class HealthController { @Get() check() { return 'ok'; } }`,
      'cats.ts': `import { Body, Controller, Get, Param, Post, Sse, Version, applyDecorators } from '@nestjs/common'; const Find = (path: string) => applyDecorators(Get(path)); abstract class Base { @Get('all') all() {} } @Controller(['cats', 'kittens']) export class CatsController extends Base { @Find(':id') one(@Param('id') id: string) { return id; } @Version('2') @Post() make(@Body() body: unknown) { return body; } }`,
    },
    routes: ['GET /api/v1/cats/:id', 'GET /api/v1/cats/all', 'GET /api/v1/kittens/:id', 'GET /api/v1/kittens/all', 'GET /health', 'POST /api/v2/cats', 'POST /api/v2/kittens'],
  },
  {
    framework: 'next',
    name: 'route files and pages of both routers',
    files: {
      'server.js': `module.exports = {};`,
      'package.json': `{ "dependencies": { "next": "15.0.0" } }`,
      'next.config.mjs': `export default { basePath: '/shop' };`,
      'app/page.tsx': `export default function Page() { return null; }`,
      'app/(group)/cups/[id]/page.tsx': `export default function Page() { return null; }`,
      'app/api/orders/route.ts': `export async function POST(request: Request) { return Response.json(await request.json()); } export const GET = async () => new Response();`,
      'app/_private/page.tsx': `export default function Page() { return null; }`,
      'pages/api/hello.ts': `export default function handler() {}`,
      'pages/docs/[[...path]].tsx': `export default function Docs() { return null; }`,
    },
    routes: ['ANY /shop/api/hello', 'GET /shop', 'GET /shop/api/orders', 'GET /shop/cups/:id', 'GET /shop/docs/*', 'POST /shop/api/orders'],
  },
  {
    framework: 'express',
    name: 'a path that only a start can tell',
    files: { 'server.js': `const app = require('express')(); app.get('/fixed', (req, res) => res.end()); app.get(require('./config.json').paths[process.env.NAME], (req, res) => res.end());`, 'config.json': `{ "paths": { "a": "/a", "b": "/b" } }` },
    routes: ['GET /fixed'],
    gap: 'The key comes from the environment: the finding names the line.',
  },
];
