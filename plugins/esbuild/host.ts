import { basename } from 'node:path';
import { applyEdits, importsOf, type Host, type SourceFormat } from '../../src/plugin.ts';

/** Under this specifier rewritten modules find `lazy`; one module of the bundle, whoever asks. */
export const runtimeSpecifier = 'lwa-split:lazy';

const mark = '?lwa-split=';

/** What a port stands for: the exports of a module that one importer reads; null for its namespace. */
export type Port = { specifier: string; names: string[] | null };

/**
 * Where rewritten modules end up in a bundle. A bare `require('x')` for an ES import would take the `require` condition and other
 * interop, so it asks for a port: the importer's own path with a suffix, an ES module in the importer's place that exports what is
 * read from the original specifier. esbuild resolves, marks and converts that as it did the import, and runs it when it is required.
 */
export function bundleHost(file: string): Host {
  return {
    prelude: (name) => `import { lazy as ${name} } from ${JSON.stringify(runtimeSpecifier)};`,
    namespace: ({ specifier, names }) => `require(${JSON.stringify(portSpecifier(file, { specifier, names }))})${names === null ? '.namespace' : ''}`,
    exactNamespaces: true,
    getters: true,
  };
}

/** As `bundleHost`, for a CommonJS text, whose requires stay what they are. */
export function commonJsBundleHost(file: string): Host {
  return { ...bundleHost(file), prelude: (name) => `var ${name} = require(${JSON.stringify(runtimeSpecifier)}).lazy;` };
}

/** What the suffix of a path asks for; null for a suffix that is not ours. */
export function portIn(suffix: string): Port | null {
  if (!suffix.startsWith(mark)) return null;
  const query = new URLSearchParams(suffix.slice(1));
  return { specifier: query.get('lwa-split')!, names: query.has('namespace') ? null : query.getAll('of') };
}

/** Under which specifier a file asks for a port of its own. */
export function portSpecifier(file: string, { specifier, names }: Port): string {
  const query = new URLSearchParams({ 'lwa-split': specifier });
  if (names === null) query.set('namespace', '');
  for (const name of names ?? []) query.append('of', name);
  return `./${basename(file)}?${query}`;
}

/** The text of a port. */
export function portText({ specifier, names }: Port): string {
  const from = JSON.stringify(specifier);
  return names === null ? `export * as namespace from ${from};` : `export { ${names.map(exportName).join(', ')} } from ${from};`;
}

/** Map from a port to the line of the import that it stands for. */
export function portMap(port: Port, source: string, file: string, format: SourceFormat): string {
  const line = importsOf(source, format)?.find(({ specifier }) => specifier === port.specifier)?.line ?? 1;
  const start = source.split('\n').slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
  const edits = [{ start: 0, end: start, text: '' }, { start, end: source.length, text: portText(port) }];
  return applyEdits(source, edits.filter((edit) => edit.start < edit.end), basename(file)).map().toString();
}

function exportName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
