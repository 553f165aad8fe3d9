'use strict';
/** Hono's routes as an app lists them, for the app whose `fetch` answered; `app.use` is left out by how it was added. */
const answered = new Set();
const middleware = new WeakSet();
globalThis[Symbol.for('listing.hono')] = { answered, middleware };

const registry = "globalThis[Symbol.for('listing.hono')]";

module.exports = {
  rewrites: (url) => /\/hono\/dist\/(cjs\/)?hono-base\.js$/.test(url),

  rewrite: (source) =>
    source
      .replace(/(fetch = \(request, \.\.\.\w+\) => \{)/, `$1 ${registry}.answered.add(this);`)
      .replace(/(this\.use = \(arg1, \.\.\.handlers\) => \{)/, `$1 handlers.concat(arg1).forEach((h) => typeof h === 'function' && ${registry}.middleware.add(h));`),

  list: () => [...answered].flatMap((app) => app.routes.filter(({ handler }) => !isMiddleware(handler))),
};

/** Validators and guards in front of a handler take `next`, which is how Hono's own `showRoutes` tells them. */
function isMiddleware(handler) {
  const own = handler.__COMPOSED_HANDLER ?? handler;
  return middleware.has(own) || own.length > 1;
}
