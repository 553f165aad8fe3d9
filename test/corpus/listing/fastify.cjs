'use strict';
/** Fastify's routes as its router, find-my-way, holds them; Fastify marks the HEAD routes it adds by itself. */
const routers = [];

module.exports = {
  replace(request, importer, exported) {
    if (request !== 'find-my-way' || !/\/fastify[^/]*\/lib\/route\.js$/.test(importer)) return undefined;
    return function (...args) {
      const router = exported(...args);
      routers.push(router);
      return router;
    };
  },

  list() {
    const routes = routers.flatMap((router) => router.routes).filter(({ store }) => !addedByFastify(store));
    const methodsOf = Map.groupBy(routes, ({ path }) => path);
    return [...methodsOf].flatMap(([path, same]) =>
      same.length > 20 ? [{ method: 'ALL', path }] : same.map(({ method }) => ({ method, path })),
    );
  },
};

function addedByFastify(store) {
  const mark = Object.getOwnPropertySymbols(store ?? {}).find(({ description }) => /routeByFastify/.test(description));
  return mark !== undefined && Boolean(store[mark]);
}
