import type { App } from '../model/app.ts';
import type { ModuleGraph } from '../model/graph.ts';
import type { RuntimeRoute } from '../model/routes.ts';

/** No start can do without its framework: these packages are never suggested for deferral. */
const PARTS: Record<string, RegExp> = {
  express: /^express$/,
  fastify: /^fastify$/,
  hono: /^(?:hono|@hono\/node-server)$/,
  koa: /^koa$/,
  '@nestjs/core': /^(?:@nestjs\/(?:common|core|platform-express|platform-fastify)|rxjs|reflect-metadata|express|fastify)$/,
  next: /^next$/,
};

/** Tells the modules that are the framework itself. */
export function ofFramework(graph: ModuleGraph, framework: App['framework']): (id: string) => boolean {
  const parts = framework === null ? undefined : PARTS[framework.name];
  const packages = new Map(graph.modules.map((module) => [module.id, module.package]));
  return (id) => parts?.test(packages.get(id) ?? '') ?? false;
}

/** The framework that holds most routes, as it was loaded; what the manifests say where no route was seen. */
export function frameworkOf(graph: ModuleGraph, routes: readonly RuntimeRoute[], declared: App['framework']): App['framework'] {
  const counts = new Map<string, number>();
  for (const { framework } of routes) counts.set(framework, (counts.get(framework) ?? 0) + 1);
  const most = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
  if (most === undefined) return declared;
  const name = most === 'nest' ? '@nestjs/core' : most;
  const loaded = graph.modules.find((module) => module.package === name);
  return loaded === undefined ? declared : { name, version: loaded.version ?? 'unknown' };
}
