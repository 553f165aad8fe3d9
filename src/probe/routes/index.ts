import { expressWatcher } from './express.ts';
import { exportedGetters } from './exported.ts';
import { fastifyWatcher } from './fastify.ts';
import { honoWatcher } from './hono.ts';
import { openInspector } from './inspect.ts';
import { koaWatcher } from './koa.ts';
import { locateHandlers } from './locate.ts';
import { mergeNest, nestWatcher } from './nest.ts';
import { installedPackage, ownFiles } from './own.ts';
import { quietly } from './patch.ts';
import { asPath } from './stack.ts';
import { transpiledPlaces } from './transpiled.ts';
import type { FoundRoute, FrameworkWatcher, RawRoute } from './types.ts';

export interface RouteWatch {
  /** To be called after every CommonJS file finished evaluating; nearly free for files of no interest. Never throws. */
  afterCommonJs(filename: string, module: { exports: unknown }): void;
  /** An ES module's source, with a line added at its end where a watcher wants to see its exports. Never throws. */
  rewriteModule(url: string, source: string): string;
  /** To be called once, when the app has answered or failed. */
  collect(): { routes: RawRoute[]; problems: string[] };
}

// No watcher wants to see their files, but registrations run through them.
const alsoFrameworks = ['@nestjs/common', '@nestjs/platform-fastify', 'avvio', 'tslib'];

const receiver = 'lwa-split.loaded';

/** Watches the web frameworks of this process from now on. The entry tells the app's own files from installed ones. Without `places` nobody asks where handlers are. */
export function watchRoutes({ entry = process.argv[1], places = true }: { entry?: string | undefined; places?: boolean } = {}): RouteWatch {
  const watchers: FrameworkWatcher[] = [expressWatcher(), koaWatcher(), fastifyWatcher(), honoWatcher(), nestWatcher()];
  const wanted = new Map<string, FrameworkWatcher[]>();
  for (const watcher of watchers) for (const name of watcher.packages) wanted.set(name, [...(wanted.get(name) ?? []), watcher]);
  const problems = new Set<string>();

  function loaded(filename: string, module: { exports: unknown }): void {
    const home = installedPackage(filename);
    if (home === null) return;
    for (const watcher of wanted.get(home.name) ?? []) {
      quietly(
        (message) => problems.add(`${watcher.name}: ${message}`),
        () => watcher.loaded(filename.slice(home.root.length + 1), module),
      );
    }
  }

  Object.defineProperty(globalThis, Symbol.for(receiver), {
    value: (url: string, exports: unknown) => loaded(asPath(url), { exports }),
    configurable: true,
    enumerable: false,
  });

  return {
    afterCommonJs: loaded,

    rewriteModule(url, source) {
      const home = installedPackage(url);
      if (home === null || !wanted.has(home.name)) return source;
      const getters = exportedGetters(source);
      if (getters === '') return source;
      return `${source}\n;globalThis[Symbol.for(${JSON.stringify(receiver)})]?.(${JSON.stringify(url)}, ${getters});\n`;
    },

    collect() {
      const seen: FoundRoute[] = [];
      for (const watcher of watchers) {
        quietly(
          (message) => problems.add(`${watcher.name}: ${message}`),
          () => seen.push(...watcher.collect()),
        );
      }
      const found = mergeNest(seen);
      let routes = found.map((route): RawRoute => ({ ...route, handler: null }));
      if (places && found.length > 0) {
        quietly(
          (message) => problems.add(`handlers: ${message}`),
          () => {
            routes = located(found, new Set([...wanted.keys(), ...alsoFrameworks]), entry, (message) => problems.add(`handlers: ${message}`));
          },
        );
      }
      return { routes, problems: [...problems].sort() };
    },
  };
}

function located(found: FoundRoute[], frameworks: ReadonlySet<string>, entry: string | undefined, report: (problem: string) => void): RawRoute[] {
  const inspector = openInspector();
  try {
    const places = locateHandlers(found, { inspector, isOwn: ownFiles(entry), frameworks, report });
    const asWritten = transpiledPlaces(inspector.sourceMapUrlOf);
    return found.map((route, index) => {
      const place = places[index] ?? null;
      return { ...route, handler: place === null ? null : asWritten(place), registeredAt: route.registeredAt.map(asWritten) };
    });
  } finally {
    inspector.close();
  }
}
