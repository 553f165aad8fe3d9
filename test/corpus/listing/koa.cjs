'use strict';
/** Koa's routes: the stacks of the routers among an app's middleware, looked up through koa-compose and koa-mount. */
const apps = new Set();
const inside = new WeakMap();

module.exports = {
  replace(request, _importer, exported) {
    if (request === 'koa') watchCallback(exported);
    if (request === 'koa-mount') return remember(exported, (prefix, inner) => (inner ? { prefix, inner: [inner] } : { prefix: '', inner: [prefix] }));
    if (request === 'koa-compose') return remember(exported, (inner) => ({ prefix: '', inner }));
    return undefined;
  },

  list: () => [...apps].flatMap((app) => walk(app.middleware, '')),
};

const seen = new WeakMap();

function watchCallback(Application) {
  if (seen.has(Application)) return;
  seen.set(Application, Application);
  const { callback } = Application.prototype;
  Application.prototype.callback = function (...args) {
    apps.add(this);
    return callback.apply(this, args);
  };
}

function remember(make, describe) {
  if (seen.has(make)) return seen.get(make);
  const watched = (...args) => {
    const made = make(...args);
    inside.set(made, describe(...args));
    return made;
  };
  seen.set(make, watched);
  return watched;
}

function walk(middleware, prefix) {
  return middleware.flatMap((one) => {
    if (one.router?.stack) return one.router.stack.flatMap((layer) => ofLayer(layer, prefix));
    if (Array.isArray(one.middleware)) return walk(one.middleware, prefix);
    const known = inside.get(one);
    return known ? walk(known.inner, prefix + known.prefix) : [];
  });
}

/** The router adds HEAD to each GET by itself, and `all` as every method it knows. */
function ofLayer({ methods, path }, prefix) {
  const verbs = methods.filter((method) => method !== 'HEAD' || !methods.includes('GET'));
  const full = path instanceof RegExp ? path : `${prefix}/${path}`;
  return (verbs.length > 20 ? ['ALL'] : verbs).map((method) => ({ method, path: full }));
}
