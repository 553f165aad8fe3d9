// Every file below the folders named in LWA_SPLIT_SOURCES, or a sample of this repository's node_modules, rewritten as far as it
// can be: the result is valid, keeps its lines, names nothing that is not there, and is left alone by a second pass.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { it } from 'node:test';
import { compileFunction } from 'node:vm';
import { codemod } from '../../src/syntax/codemod.ts';
import { defer } from '../../src/syntax/defer.ts';
import { applyEdits } from '../../src/syntax/edits.ts';
import { commonJsHost, moduleHost, type Host } from '../../src/syntax/hosts.ts';
import { importsOf } from '../../src/syntax/imports.ts';
import { parse, type SourceFormat } from '../../src/syntax/parse.ts';
import { referenceScopes } from '../helpers/reference-scopes.ts';

const root = process.env['LWA_SPLIT_SOURCES'] ?? join(import.meta.dirname, '../../node_modules');
const wanted = Number(process.env['LWA_SPLIT_SOURCES_COUNT'] ?? 300);
const hosts: Record<SourceFormat['module'], Host[]> = {
  cjs: [commonJsHost('runtime'), { ...commonJsHost('runtime'), getters: true }],
  esm: [moduleHost('runtime')],
};

it('rewrites real files to valid ones with the same lines and names, once', () => {
  let rewritten = 0;
  for (const { file, source, format, cuts } of sample()) {
    for (const host of hosts[format.module]) {
      const { edits, deferred } = defer(source, cuts, { format, host, values: true });
      if (edits.length === 0) continue;
      rewritten += 1;
      const { code } = applyEdits(source, edits, file);
      assert.equal(code.split('\n').length, source.split('\n').length, file);
      assert.equal(problemOf(code, source, format), null, `${file}, ${deferred.join(', ')}`);
      const again = defer(code, deferred.map((specifier) => ({ specifier })), { format, host, values: true });
      assert.deepEqual([again.edits, again.refused], [[], []], file);
    }
    if (rewritten >= wanted) break;
  }
  assert.ok(rewritten > 20, `only ${rewritten} files could be rewritten`);
});

it('moves requires and imports of real files to where they are used, once', () => {
  let rewritten = 0;
  for (const { file, source, format, cuts } of sample()) {
    const { edits, changed } = codemod(source, cuts, format);
    if (edits.length === 0) continue;
    rewritten += 1;
    const { code } = applyEdits(source, edits, file);
    assert.equal(problemOf(code, source, format), null, `${file}, ${changed.join(', ')}`);
    assert.deepEqual(codemod(code, changed.map((specifier) => ({ specifier })), format).edits, [], file);
    if (rewritten >= wanted) break;
  }
  assert.ok(rewritten > 20, `only ${rewritten} files could be rewritten`);
});

function problemOf(code: string, source: string, format: SourceFormat): string | null {
  if (parse(code, format) === null) return 'not valid';
  if (format.module === 'cjs' && parse(source, format)?.module === false) {
    const error = compileError(code);
    if (error !== null && compileError(source) === null) return error;
  }
  const before = globalsOf(source, format);
  const unknown = [...globalsOf(code, format)].filter((name) => !before.has(name) && !['Object', 'require'].includes(name));
  return unknown.length === 0 ? null : `names what is not there: ${unknown.join(', ')}`;
}

function compileError(code: string): string | null {
  try {
    compileFunction(code.replace(/^#!/, '//'), ['exports', 'require', 'module', '__filename', '__dirname']);
    return null;
  } catch (error) {
    return String(error);
  }
}

function globalsOf(code: string, format: SourceFormat): Set<string> {
  return new Set(referenceScopes(parse(code, format)!).globalScope!.through.map(({ identifier }) => String(identifier.name)));
}

type RealFile = { file: string; source: string; format: SourceFormat; cuts: { specifier: string }[] };

/** Valid files with imports, spread over all folders, the same each time. */
function* sample(): Generator<RealFile> {
  const files = globSync('**/*.{js,cjs,mjs}', { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.min.js'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !/(^|\/)(test|fixtures?)\//.test(file))
    .sort();
  const step = Math.max(1, Math.floor(files.length / (wanted * 6)));
  for (let index = 0; index < files.length; index += step) {
    const file = files[index]!;
    const source = readFileSync(join(root, file), 'utf8');
    // What esbuild writes for tools that look for names of exports names them where nothing runs.
    if (source.length > 1_000_000 || /\b0 && \(module/.test(source)) continue;
    const format: SourceFormat = { module: file.endsWith('.mjs') || /^\s*(import|export) .* from /m.test(source) ? 'esm' : 'cjs', language: 'js' };
    const cuts = (importsOf(source, format) ?? []).flatMap(({ specifier }) => (specifier === null ? [] : [{ specifier }]));
    if (cuts.length > 0) yield { file, source, format, cuts };
  }
}
