import type { ModuleGraph } from '../../model/graph.ts';
import type { RuntimeRoute } from '../../model/routes.ts';
import { callersOf, type Called, type Callers } from '../../syntax/callers.ts';
import { languageOf } from '../../syntax/parse.ts';
import type { MayWait } from '../../syntax/places.ts';
import { readModule } from '../../syntax/scopes.ts';
import type { Source } from './sources.ts';

export interface WaitingInput {
  /** All of the app's own texts; asked for once, when first needed. */
  sources: () => readonly Pick<Source, 'id' | 'text' | 'format'>[];
  /** Of which framework a function of a file is a handler, `express 4` if it is that old; null for other functions. */
  frameworkOf: (id: string, callable: Called) => string | null;
  /** Whether handlers that promise nothing yet may come to do so, where nothing but their framework calls them. */
  becomesAsync: boolean;
}

/**
 * Which functions of a file may begin with a wait: handlers, and those that the app only calls to wait for them at once, from
 * functions of which the same is true. Told by names, so that a name of many things counts for none.
 */
export function waitingFunctions({ sources, frameworkOf, becomesAsync }: WaitingInput): (id: string) => MayWait {
  let texts: ReturnType<WaitingInput['sources']> | null = null;
  const known = new Map<string, { id: string; callers: Callers }[]>();
  const callers = (name: string): { id: string; callers: Callers }[] => {
    texts ??= sources();
    const found = known.get(name) ?? texts.filter(({ text }) => text.includes(name)).map(({ id, text, format }) => ({ id, callers: callersIn(text, format, name) }));
    known.set(name, found);
    return found;
  };
  /** Nobody sees it begin later: its framework does nothing more once it is called, or all who call it wait. */
  const isWaitedFor = (id: string, callable: Called, open: ReadonlySet<string>): boolean => {
    if (frameworkOf(id, callable) !== null) return true;
    const [name] = callable.names;
    if (name === undefined) return false;
    if (open.has(name)) return true;
    const found = callers(name);
    if (found.some((one) => one.callers.otherwise)) return false;
    const waiting = found.flatMap((one) => one.callers.waiting.map((caller) => ({ id: one.id, caller })));
    return waiting.length > 0 && waiting.every((one) => isWaitedFor(one.id, one.caller, new Set([...open, name])));
  };
  const mayBecomeAsync = (id: string, callable: Called): boolean => {
    const framework = frameworkOf(id, callable);
    const [name] = callable.names;
    return framework !== null && takesPromise(framework, callable) && (name === undefined || callers(name).every((one) => !one.callers.called));
  };
  return (id) => (callable) => (callable.promises ? isWaitedFor(id, callable, new Set()) : becomesAsync && mayBecomeAsync(id, callable));
}

/** Whether a framework makes of a promise what it makes of the value itself. */
function takesPromise(framework: string, { returns }: Called): boolean {
  // Nobody would hear of an error.
  if (framework === 'express 4') return false;
  // Nest looks for an Observable before it waits; Fastify takes a promise of nothing for an answer that never comes.
  if (framework === 'nest') return returns !== 'unknown';
  return framework !== 'fastify' || returns === 'value';
}

function callersIn(text: string, format: Source['format'], name: string): Callers {
  const module = readModule(text, format);
  return module === null || module.dynamic ? { waiting: [], otherwise: true, called: true } : callersOf(module, name);
}

/** Handlers where the start saw them. Express waits for them from version 5 on. */
export function seenHandlers(graph: ModuleGraph, routes: readonly RuntimeRoute[]): WaitingInput['frameworkOf'] {
  const oldExpress = graph.modules.some((module) => module.package === 'express' && Number.parseInt(module.version ?? '0', 10) < 5);
  return (id, { firstLine, bodyLine }) => {
    const route = routes.find(({ handler }) => handler !== null && handler.file === id && handler.line >= firstLine && handler.line <= bodyLine);
    return route?.framework === 'express' && oldExpress ? 'express 4' : (route?.framework ?? null);
  };
}

/** The app's own texts as a person edits them; as they ran where there is no other. */
export function ownSources(graph: ModuleGraph, isOwn: (id: string) => boolean, sourceOf: (edge: { from: string; specifier: string }) => Source | null, textOf: (id: string) => string | null): Pick<Source, 'id' | 'text' | 'format'>[] {
  const found = new Map<string, Pick<Source, 'id' | 'text' | 'format'>>();
  const edited = new Set<string>();
  for (const edge of graph.edges) {
    const source = isOwn(edge.from) ? sourceOf(edge) : null;
    if (source === null) continue;
    edited.add(edge.from);
    found.set(source.id, source);
  }
  for (const { id, kind } of graph.modules) {
    const text = isOwn(id) && !edited.has(id) && (kind === 'cjs' || kind === 'esm') ? textOf(id) : null;
    if (text !== null) found.set(id, { id, text, format: { module: kind === 'esm' ? 'esm' : 'cjs', language: languageOf(id) } });
  }
  return [...found.values()];
}
