// Loaded by module.register into the loader's own thread, on Node versions without synchronous hooks.
import { performance } from 'node:perf_hooks';
import type { MessagePort } from 'node:worker_threads';
import { fileOf, withMarks, type HookMessage } from './modules.ts';
import { watchRoutes, type RouteWatch } from './routes/index.ts';

let port: MessagePort | null = null;
let routes: RouteWatch | null = null;

export function initialize(data: { port: MessagePort; rewrite: boolean }): void {
  port = data.port;
  if (data.rewrite) routes = watchRoutes();
}

interface Resolved { url: string; format?: string | null }
interface Loaded { format: string; source?: string | ArrayBuffer | Uint8Array | null }

export async function resolve(
  specifier: string,
  context: { parentURL?: string },
  nextResolve: (specifier: string, context: unknown) => Promise<Resolved>,
): Promise<Resolved> {
  const [result, ms] = await timed(() => nextResolve(specifier, context));
  say({
    type: 'resolve',
    specifier,
    parent: context.parentURL === undefined ? null : fileOf(context.parentURL),
    file: fileOf(result.url),
    format: result.format ?? null,
    ms,
  });
  return result;
}

export async function load(url: string, context: unknown, nextLoad: (url: string, context: unknown) => Promise<Loaded>): Promise<Loaded> {
  const [result, ms] = await timed(() => nextLoad(url, context));
  const file = fileOf(url);
  say({ type: 'load', file, format: result.format, ms });
  if (result.format === 'commonjs') return { ...result, source: null };
  if (result.format !== 'module' || result.source == null) return result;
  const text = typeof result.source === 'string' ? result.source : Buffer.from(result.source as Uint8Array).toString('utf8');
  return { ...result, source: withMarks(routes ? routes.rewriteModule(url, text) : text, JSON.stringify(file)) };
}

/** Jobs under way at once share the time that passes, so that their times add up to what the thread really took. */
const underWay = new Set<{ ms: number }>();
let sharedUntil = 0;

async function timed<Result>(job: () => Promise<Result>): Promise<[Result, number]> {
  const own = { ms: 0 };
  share();
  underWay.add(own);
  try {
    return [await job(), (share(), own.ms)];
  } finally {
    underWay.delete(own);
  }
}

function share(): void {
  const t = performance.now();
  for (const job of underWay) job.ms += (t - sharedUntil) / underWay.size;
  sharedUntil = t;
}

function say(message: HookMessage): void {
  port?.postMessage(message);
}
