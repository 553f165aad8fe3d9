'use strict';
/**
 * What a framework itself says its routes are, for judging our own list: none of lwa-split's code is used here.
 * Preload it (`node --require`) into an app with LISTING_OUT naming a file. Half a second after the app's first
 * response the file holds a JSON list of route ids, `GET /users/:id`.
 */
const { channel } = require('node:diagnostics_channel');
const { writeFileSync } = require('node:fs');
const Module = require('node:module');
const express = require('./express.cjs');
const fastify = require('./fastify.cjs');
const hono = require('./hono.cjs');
const koa = require('./koa.cjs');
const { routeId } = require('./route-id.cjs');

const frameworks = [express, fastify, koa];

const load = Module._load;
Module._load = function (request, parent, ...rest) {
  const exported = load.call(this, request, parent, ...rest);
  const importer = (parent?.filename ?? '').replaceAll('\\', '/');
  return frameworks.reduce((result, framework) => framework.replace?.(request, importer, result) ?? result, exported);
};

if (Module.registerHooks) {
  Module.registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      return hono.rewrites(url) ? { ...loaded, source: hono.rewrite(String(loaded.source)) } : loaded;
    },
  });
}

let written = false;
channel('http.server.response.finish').subscribe(() => {
  if (written || !process.env.LISTING_OUT) return;
  written = true;
  setTimeout(() => {
    const routes = [...frameworks, hono].flatMap((framework) => framework.list());
    const ids = new Set(routes.map(({ method, path }) => routeId(method, path)));
    writeFileSync(process.env.LISTING_OUT, JSON.stringify([...ids].sort(), null, 1));
  }, 500);
});
