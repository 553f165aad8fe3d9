'use strict';
/** Express's routes by walking the stacks; Express 5 forgets the paths of `use`, so each layer is told its own. */
const pathOf = new WeakMap();
const apps = new Set();

module.exports = {
  replace(request, importer, exported) {
    if (/(^|\/)layer(\.js)?$/.test(request) && /\/(express\/lib\/router|router)\/(lib\/)?\w+\.js$/.test(importer)) {
      return watchedLayer(exported);
    }
    if (/\/application(\.js)?$/.test(request) && importer.endsWith('/express/lib/express.js')) watchInit(exported);
    return undefined;
  },

  list() {
    const roots = [...apps].filter((app) => !app.parent);
    return roots.flatMap((app) => {
      const routes = walkApp(app, '');
      // An app of middleware alone has no route that Express would list, and yet answers every path.
      const stack = (app._router ?? app.router)?.stack ?? [];
      const middleware = stack.filter((layer) => layer.handle.name !== 'query' && layer.handle.name !== 'expressInit');
      return routes.length === 0 && middleware.length > 0 ? [{ method: 'all', path: '/*' }] : routes;
    });
  },
};

const wrapped = new WeakMap();

function watchedLayer(Layer) {
  if (wrapped.has(Layer)) return wrapped.get(Layer);
  function WatchedLayer(path, ...rest) {
    const layer = new Layer(path, ...rest);
    pathOf.set(layer, path);
    return layer;
  }
  WatchedLayer.prototype = Layer.prototype;
  wrapped.set(Layer, WatchedLayer);
  wrapped.set(WatchedLayer, WatchedLayer);
  return WatchedLayer;
}

function watchInit(application) {
  if (wrapped.has(application)) return;
  wrapped.set(application, true);
  const { init } = application;
  application.init = function (...args) {
    apps.add(this);
    return init.apply(this, args);
  };
}

function walkApp(app, prefix) {
  const router = app._router ?? app.router;
  const own = router?.stack ? walk(router.stack, prefix) : [];
  const mounted = [...apps].filter((child) => child.parent === app);
  return own.concat(mounted.flatMap((child) => [child.mountpath].flat().flatMap((at) => walkApp(child, join(prefix, at)))));
}

function walk(stack, prefix) {
  return stack.flatMap((layer) => {
    if (layer.route) {
      const { methods, path } = layer.route;
      const verbs = methods._all || Object.keys(methods).length > 20 ? ['all'] : Object.keys(methods);
      return [path].flat().flatMap((one) => verbs.map((method) => ({ method, path: join(prefix, one) })));
    }
    const { handle } = layer;
    const paths = [pathOf.get(layer)].flat();
    if (Array.isArray(handle?.stack)) return paths.flatMap((at) => walk(handle.stack, join(prefix, at)));
    // A function given to `use` with a path of its own that takes no `next` ends the request: in effect a route.
    if (typeof handle !== 'function' || handle.length < 1 || handle.length > 2) return [];
    return paths.filter((at) => at !== '/').map((at) => ({ method: 'all', path: join(prefix, at) }));
  });
}

function join(prefix, path) {
  if (path instanceof RegExp) return new RegExp(path.source.replace('^', () => `^${prefix}`), path.flags);
  return `${prefix}/${path === '/' ? '' : path}`;
}
