import { defer } from '../../syntax/defer.ts';
import { editedText } from '../../syntax/edits.ts';
import { commonJsHost, type Host } from '../../syntax/hosts.ts';

/** An import to put off. `loadable`: what it leads to can be loaded without waiting. */
export interface Cut {
  specifier: string;
  values: boolean;
  loadable: boolean;
}

export interface DeferredText {
  text: string;
  /** Specifiers that are loaded at their first use. */
  deferred: string[];
  refused: { specifier: string; reason: string }[];
}

/** Puts imports off in a text that will run in the pack, where `context` is at hand. */
export function deferIn(source: string, cuts: readonly Cut[], kind: 'cjs' | 'esm', context: string): DeferredText {
  const loadable = new Set(cuts.filter((cut) => cut.loadable).map(({ specifier }) => specifier));
  const host = kind === 'esm' ? moduleHost(context, loadable) : wrapperHost(context);
  const result = defer(source, cuts, { format: { module: kind, language: 'js' }, host, values: cuts.some(({ values }) => values) });
  const refused = [...result.refused, ...result.absent.map((specifier) => ({ specifier, reason: 'COMPUTED_SPECIFIER' }))];
  return { text: editedText(source, result.edits), deferred: result.deferred, refused };
}

function wrapperHost(context: string): Host {
  // The names of exports were found in the text on disk, so here they may become getters.
  return { ...commonJsHost(''), prelude: (name) => preludeOf(name, context), getters: true };
}

function moduleHost(context: string, loadable: ReadonlySet<string>): Host {
  return {
    prelude: (name) => preludeOf(name, context),
    namespace: ({ specifier, names }) => (loadable.has(specifier) ? `${context}.load(${JSON.stringify(specifier)}, ${JSON.stringify(names)})` : null),
    exactNamespaces: true,
    getters: false,
  };
}

function preludeOf(name: string, context: string): string {
  return `var ${name} = (load, name) => ${context}.lazy(load, name);`;
}
