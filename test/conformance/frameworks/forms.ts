import type { Case } from './apps.ts';

/** The same few routes in the many forms that apps and compilers write them in. */
export const forms: Case[] = [
  {
    framework: 'express',
    name: 'folders walked by a function that calls itself',
    files: { 'server.js': `const fs=require('fs'),path=require('path');const app=require('express')();
function walk(dir){ fs.readdirSync(dir).forEach(f=>{ const full=path.join(dir,f); if(fs.statSync(full).isDirectory()) return walk(full); if(f.endsWith('.js')) require(full)(app); }); }
walk(path.resolve(__dirname,'routes'));`, 'routes/a.js':`module.exports=(app)=>{app.get('/a',(q,s)=>s.end())}`, 'routes/sub/b.js':`module.exports=(app)=>{app.get('/b',(q,s)=>s.end())}` },
    routes: ['GET /a', 'GET /b'],
  },
  {
    framework: 'express',
    name: 'files found by a pattern',
    files: { 'server.js': `const glob=require('glob'),path=require('path');const app=require('express')();glob.sync('./routes/**/*.js',{cwd:__dirname}).forEach(f=>require(path.resolve(__dirname,f))(app));`, 'routes/a.js':`module.exports=(app)=>{app.get('/a',(q,s)=>s.end())}`, 'routes/sub/b.js':`module.exports=(app)=>{app.get('/b',(q,s)=>s.end())}` },
    routes: ['GET /a', 'GET /b'],
  },
  {
    framework: 'express',
    name: '`import()` of each file of a folder',
    files: { 'server.mjs': `import {readdir} from 'node:fs/promises';import express from 'express';const app=express();const files=await readdir(new URL('./routes',import.meta.url));for(const f of files){const m=await import(\`./routes/\${f}\`);app.use(m.default ?? m.router);}`, 'routes/a.mjs':`import {Router} from 'express';const r=Router();r.get('/a',(q,s)=>s.end());export default r;` },
    routes: ['GET /a'],
  },
  {
    framework: 'express',
    name: 'an app that waits for several promises',
    files: { 'server.js': `const app=require('express')();Promise.all([require('./db').connect(),1]).then(([db])=>{require('./r')(app,db);app.listen(1)}).catch(console.error)`, 'db.js':`exports.connect=async()=>new (require('mongodb').MongoClient)('x').connect()`, 'r.js':`module.exports=function(app,db){app.route('/a').get((q,s)=>s.end()).all((q,s)=>s.end())}` },
    routes: ['ANY /a', 'GET /a'],
  },
  {
    framework: 'express',
    name: 'an object of routers by path',
    files: { 'server.js': `const app=require('express')();const routes={'/a':require('./a'),'/b':require('./b')};for(const [p,r] of Object.entries(routes)) app.use(p,r);Object.keys(routes).forEach(k=>app.get(k+'/x',(q,s)=>s.end()))`, 'a.js':`const r=require('express').Router();r.get('/',(q,s)=>s.end());module.exports=r`, 'b.js':`const {Router}=require('express');module.exports=Router().post('/',(q,s)=>s.end())` },
    routes: ['GET /a', 'GET /a/x', 'GET /b/x', 'POST /b'],
  },
  {
    framework: 'express',
    name: 'a container of services',
    files: { 'server.ts': `import 'reflect-metadata';import express from 'express';import {container} from './container';const app=express();app.use('/u',container.resolve('users').router());export {app};`, 'container.ts':`import {Users} from './users';class Container{private m=new Map<string,any>();register(k:string,v:any){this.m.set(k,v);return this}resolve(k:string){return this.m.get(k)}}export const container=new Container().register('users',new Users());`, 'users.ts':`import {Router} from 'express';export class Users{list=(q:any,s:any)=>s.end();router(){const r=Router();r.get('/',this.list);return r}}` },
    routes: ['GET /u'],
  },
  {
    framework: 'express',
    name: 'methods on a prototype',
    files: { 'server.js': `var express=require('express');function Server(){this.app=express();}Server.prototype.routes=function(){var self=this;['get','post'].forEach(function(m){self.app[m]('/x',self.handle.bind(self));});};Server.prototype.handle=function(){};var s=new Server();s.routes();` },
    routes: ['GET /x', 'POST /x'],
  },
  {
    framework: 'express',
    name: 'a class as TypeScript writes it for ES5',
    files: { 'server.js': `"use strict";var express_1=require("express");var App=/** @class */(function(){function App(){this.app=express_1();this.config();}App.prototype.config=function(){var _this=this;this.app.get('/a',function(q,s){return _this.x(q,s);});};App.prototype.x=function(){};return App;}());exports.default=new App().app;` },
    routes: ['GET /a'],
  },
  {
    framework: 'express',
    name: 'an async function as TypeScript writes it for ES5',
    files: { 'server.js': `"use strict";var __awaiter=(this&&this.__awaiter)||function(){};var __generator=(this&&this.__generator)||function(){};var express=require('express');function main(){return __awaiter(this,void 0,void 0,function(){var app;return __generator(this,function(_a){switch(_a.label){case 0:app=express();return [4,connect()];case 1:_a.sent();app.get('/a',function(q,s){});app.listen(1);return [2];}});});}main();` },
    routes: ['GET /a'],
  },
  {
    framework: 'express',
    name: 'every branch of a switch that cannot be told',
    files: { 'server.js': `const app=require('express')();switch(process.env.ROLE){case 'admin':app.get('/admin',(q,s)=>s.end());break;default:app.get('/user',(q,s)=>s.end())}` },
    routes: ['GET /admin', 'GET /user'],
  },
  {
    framework: 'express',
    name: 'a factory of routers',
    files: { 'server.js': `const app=require('express')();const crud=(name,h)=>{const r=require('express').Router();h.list&&r.get('/',h.list);h.show&&r.get('/:id',h.show);app.use('/'+name,r)};crud('cups',{list(q,s){}});crud('pots',{list:(q,s)=>{},show:async(q,s)=>{}})` },
    routes: ['GET /cups', 'GET /pots', 'GET /pots/:id'],
  },
  {
    framework: 'express',
    name: 'an app in an app, at two paths',
    files: { 'server.js': `const express=require('express');const app=express();const admin=express();admin.get('/',(q,s)=>s.end());app.use(['/admin','/manage'],admin);app.use('/static',express.static('public'));app.use((q,s)=>s.status(404).end());app.listen(1)` },
    routes: ['GET /admin', 'GET /manage'],
  },
  {
    framework: 'express',
    name: 'a handler that a package wraps',
    files: { 'server.js': `const asyncHandler=require('express-async-handler');const app=require('express')();app.get('/a',asyncHandler(async(q,s)=>{s.json(1)}));` },
    routes: ['GET /a'],
  },
  {
    framework: 'express',
    name: "SWC's output",
    files: { 'server.js': `"use strict";Object.defineProperty(exports,"__esModule",{value:true});const _express=/*#__PURE__*/_interop_require_default(require("express"));const _r=require("./r");function _interop_require_default(o){return o&&o.__esModule?o:{default:o}}const app=(0,_express.default)();app.use("/r",_r.router);`, 'r.js':`"use strict";Object.defineProperty(exports,"__esModule",{value:true});function _export(target,all){for(var name in all)Object.defineProperty(target,name,{enumerable:true,get:Object.getOwnPropertyDescriptor(all,name).get})}_export(exports,{get router(){return router}});const _express=require("express");const router=(0,_express.Router)();router.get("/x",(q,s)=>{});` },
    routes: ['GET /r/x'],
  },
  {
    framework: 'express',
    name: "esbuild's output",
    files: { 'server.js': `"use strict";var __defProp=Object.defineProperty;var __export=(target,all)=>{for(var name in all)__defProp(target,name,{get:all[name],enumerable:true})};var __toCommonJS=(mod)=>mod;var server_exports={};__export(server_exports,{app:()=>app});module.exports=__toCommonJS(server_exports);var import_express=__toESM(require("express"));var app=(0,import_express.default)();app.get("/a",(q,s)=>{});0&&(module.exports={app});` },
    routes: ['GET /a'],
  },
  {
    framework: 'fastify',
    name: 'a function that builds the app, with types',
    files: { 'server.ts': `import fastify,{FastifyInstance} from 'fastify';export async function build(opts={}):Promise<FastifyInstance>{const app=fastify(opts);await app.register(require('./plug'),{prefix:'p'});app.get<{Params:{id:string}}>('/g/:id',{schema:{}},async(req,rep)=>({}));for (const r of [{method:'GET' as const,url:'/arr',handler:async()=>1}]) app.route(r);return app}if(require.main===module)build().then(a=>a.listen({port:1}))`, 'plug.ts':`import {FastifyPluginAsync} from 'fastify';const p:FastifyPluginAsync=async(app)=>{app.get('/z',async()=>1)};export default p;` },
    routes: ['GET /arr', 'GET /g/:id', 'GET /p/z'],
  },
  {
    framework: 'hono',
    name: 'factories and chains',
    files: { 'server.ts': `import {Hono} from 'hono';import {createFactory} from 'hono/factory';const f=createFactory();const app=f.createApp();const routes=app.get('/a',...f.createHandlers(async(c)=>c.text('')));app.route('/sub',new Hono().get('/b',c=>c.text('')));export type T=typeof routes;export default {port:1,fetch:app.fetch}` },
    routes: ['GET /a', 'GET /sub/b'],
  },
  {
    framework: 'koa',
    name: 'a folder of routers',
    files: { 'app.js': `const Koa=require('koa');const fs=require('fs');const app=new Koa();fs.readdirSync(__dirname+'/routes').forEach(file=>{if(file.substr(-3)==='.js'){const route=require(\`./routes/\${file}\`);app.use(route.routes()).use(route.allowedMethods())}});app.listen(1)`, 'routes/a.js':`const Router=require('koa-router');const r=Router({prefix:'/a'});r.get('/',async ctx=>{});module.exports=r` },
    routes: ['GET /a'],
  },
  {
    framework: 'nest',
    name: "TypeScript's output, with RouterModule",
    files: { 'main.js': `"use strict";Object.defineProperty(exports,"__esModule",{value:true});const core_1=require("@nestjs/core");const m=require("./m");async function b(){const app=await core_1.NestFactory.create(m.AppModule,new (require("@nestjs/platform-fastify").FastifyAdapter)());await app.listen(1)}b();`, 'm.js':`"use strict";var __decorate=(this&&this.__decorate)||function(){};Object.defineProperty(exports,"__esModule",{value:true});exports.AppModule=void 0;const common_1=require("@nestjs/common");const core_1=require("@nestjs/core");let C=class C{go(){}};__decorate([(0,common_1.Get)('go'),__metadata("design:type",Function)],C.prototype,"go",null);C=__decorate([(0,common_1.Controller)()],C);let Sub=class Sub{};Sub=__decorate([(0,common_1.Module)({controllers:[C]})],Sub);let AppModule=class AppModule{};exports.AppModule=AppModule;exports.AppModule=AppModule=__decorate([(0,common_1.Module)({imports:[Sub,core_1.RouterModule.register([{path:'admin',children:[{path:'sub',module:Sub}]}])]})],AppModule);` },
    routes: ['GET /admin/sub/go'],
  },
];
