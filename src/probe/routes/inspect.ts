import type { Session } from 'node:inspector';
import { createRequire } from 'node:module';
import { type Bag, type Callable, isBag, isCallable } from './patch.ts';
import { asPath } from './stack.ts';
import type { RawPlace } from './types.ts';

/** Variables that a function closed over, one record for each scope, innermost first. */
export interface Scope {
  variables: Bag;
  /** The outermost scope of its file: shared by all that the file made. */
  ofModule: boolean;
}

/** What the engine knows about a function and the language does not tell. */
export interface FunctionInspector {
  /** Where the function's code stands; null for native functions. */
  placeOf(fn: Callable): RawPlace | null;
  scopesOf(fn: Callable): Scope[];
  /** Of a bound function or a proxy: the function behind it and the arguments bound to it. */
  behind(fn: Callable): { target: Callable; args: unknown[] } | null;
  /** Source map URL of a script, as it was when the script was loaded. */
  sourceMapUrlOf(file: string): string | null;
  close(): void;
}

interface RemoteObject {
  objectId?: string;
  description?: string;
  value?: unknown;
}

interface Property {
  name: string;
  value?: RemoteObject;
}

const handleName = Symbol.for('lwa-split.inspected');

/**
 * Asks V8 through an inspector session of this very thread, which answers at once. Live values come back through a
 * global handle, so that nothing is compared by its printed form. Throws where Node was built without inspector.
 */
export function openInspector(): FunctionInspector {
  const session = openSession();
  const scripts = new Map<string, { url: string; sourceMapUrl: string }>();
  const mapUrls = new Map<string, string>();
  const described = new Map<Callable, Property[]>();
  const closures = new Map<Callable, Scope[]>();
  const handle: { subject: unknown; taken: unknown } = { subject: null, taken: null };
  Object.defineProperty(globalThis, handleName, { value: handle, configurable: true, enumerable: false });

  session.on('Debugger.scriptParsed', ({ params }) => {
    scripts.set(params.scriptId, { url: params.url, sourceMapUrl: params.sourceMapURL ?? '' });
    if (params.sourceMapURL) mapUrls.set(asPath(params.url), params.sourceMapURL);
  });
  ask(session, 'Debugger.enable', {});

  const expression = `globalThis[Symbol.for(${JSON.stringify(Symbol.keyFor(handleName))})]`;

  function internals(fn: Callable): Property[] {
    let properties = described.get(fn);
    if (properties === undefined) {
      handle.subject = fn;
      const remote = ask<{ result: RemoteObject }>(session, 'Runtime.evaluate', { expression: `${expression}.subject`, silent: true });
      properties = ask<{ internalProperties?: Property[] }>(session, 'Runtime.getProperties', { objectId: remote.result.objectId, ownProperties: true }).internalProperties ?? [];
      described.set(fn, properties);
    }
    return properties;
  }

  function internal(fn: Callable, name: string): RemoteObject | undefined {
    return internals(fn).find((property) => property.name === name)?.value;
  }

  function live(objectId: string): unknown {
    handle.taken = null;
    ask(session, 'Runtime.callFunctionOn', { objectId, functionDeclaration: `function () { ${expression}.taken = this; }`, silent: true });
    return handle.taken;
  }

  function scopes(fn: Callable): Scope[] {
    const list = internal(fn, '[[Scopes]]');
    if (list?.objectId === undefined) return [];
    const all = listOf(live(list.objectId)).flatMap((scope) => (isBag(scope) && isBag(scope['object']) ? [scope] : []));
    const local = all.filter((scope) => !/^(?:Global|Script)/.test(String(scope['description'])));
    return local.map((scope, index) => ({
      variables: scope['object'] as Bag,
      // V8 names the function that a scope belongs to; the wrapper around a CommonJS file has no name.
      ofModule: scope['description'] === 'Module' || (scope['description'] === 'Closure' && index === local.length - 1),
    }));
  }

  const places = new Map<Callable, RawPlace | null>();
  const targets = new Map<Callable, { target: Callable; args: unknown[] } | null>();

  function place(fn: Callable): RawPlace | null {
    const location = internal(fn, '[[FunctionLocation]]')?.value as { scriptId: string; lineNumber: number; columnNumber: number } | undefined;
    const file = location === undefined ? undefined : scripts.get(location.scriptId)?.url;
    if (location === undefined || !file || file.startsWith('node:')) return null;
    return { file: asPath(file), line: location.lineNumber + 1, column: location.columnNumber + 1 };
  }

  function behind(fn: Callable): { target: Callable; args: unknown[] } | null {
    const remote = internal(fn, '[[TargetFunction]]') ?? internal(fn, '[[Target]]');
    const target = remote?.objectId === undefined ? null : live(remote.objectId);
    if (!isCallable(target)) return null;
    const bound = internal(fn, '[[BoundArgs]]');
    return { target, args: bound?.objectId === undefined ? [] : listOf(live(bound.objectId)) };
  }

  return {
    placeOf(fn) {
      const known = places.get(fn);
      if (known !== undefined) return known;
      const found = place(fn);
      places.set(fn, found);
      return found;
    },

    scopesOf(fn) {
      const known = closures.get(fn) ?? scopes(fn);
      closures.set(fn, known);
      return known;
    },

    behind(fn) {
      const known = targets.get(fn);
      if (known !== undefined) return known;
      const found = behind(fn);
      targets.set(fn, found);
      return found;
    },

    sourceMapUrlOf: (file) => mapUrls.get(file) ?? null,

    close() {
      session.disconnect();
      Reflect.deleteProperty(globalThis, handleName);
    },
  };
}

/** The inspector's own lists are arrays without a prototype. */
function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? Array.from({ length: value.length }, (_, index): unknown => value[index]) : [];
}

function openSession(): Session {
  // Loaded late: a start that asks for no routes does not pay for it.
  const inspector = createRequire(process.execPath)('node:inspector') as typeof import('node:inspector');
  const session = new inspector.Session();
  session.connect();
  return session;
}

function ask<Answer = unknown>(session: Session, method: string, params: object): Answer {
  let answer: unknown;
  let trouble: Error | null = null;
  session.post(method, params, (error: Error | null, result?: object) => {
    trouble = error;
    answer = result;
  });
  if (trouble !== null) throw trouble;
  return answer as Answer;
}
