// Our scopes beside those of typescript-eslint, whose answers they have to be: on cases, on all sources of this repository, and on a
// sample of its node_modules, or of the folder named in LWA_SPLIT_SOURCES.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import type { Node } from 'oxc-parser';
import { namesOf } from '../../src/syntax/names.ts';
import { languageOf, parse, walk } from '../../src/syntax/parse.ts';
import { referenceScopes } from '../helpers/reference-scopes.ts';

const repository = join(import.meta.dirname, '../..');

const cases: Record<string, string> = {
  'hoisting.js': 'use(a); var a = 1; { let a = 2; use(a); function b() {} b(); } function c() { use(a); var a; { var d } return d } for (var e = 0; e < 1; e++) { let e = 2; use(e) } use(e)',
  'parameters.js': 'const x = 1; function f(a = x, { b = a, c: { d } = x, ...e }, [g = () => x], ...h) { var x = 2; return [a, b, d, e, g, h, x, arguments] } const i = (a = b) => arguments; arguments;',
  'functions.js': 'const f = function g() { return g }; g; const h = function g(g) { return g }; const k = { g() { return g }, get [f]() { return f } }; label: for (;;) { break label } async function* y() { yield y }',
  'classes.js': 'class A extends B { static a = A; #p = this.#p; [A.k] = A; static { var v = A; let v2; } m(v) { return [A, v, v2] } } var B = class C { c = C }; C; v;',
  'catches.js': 'try {} catch ({ message = m, ...rest }) { var m = message; rest } try {} catch (e) { var e = 1; e } e; try {} catch { e }',
  'loops.js': 'for (const a of a) a; for (let b in c) { var d = b } for (x of y) x; for ({ z: [w = v] } of []) w; for (let i = 0, n = i; i < n; i++) { const i = n; i } switch (s) { case s: let s; default: s }',
  'assignments.js': 'let a, b; ({ a, b: [b = a], ...a.c } = b); a += b; [a.b, c] = []; a++; --b; (a) = 1; a ||= a; delete a.b; typeof a;',
  'with.js': 'var a; with (a) { a; var b; (() => b) } b;',
  'imports.mjs': 'import a, { b as c, default as d } from "x"; import * as e from "y"; export { a, c as f }; export { g } from "z"; export * as h from "w"; export default d; export const k = e, { l } = k; export function m() { return import(a, { with: a }) } import.meta.a;',
  'elements.jsx': 'const A = 1, b = { C: A }, e = 1; const x = <A b={A} {...b}><b.C>{e}</b.C><div e={e} /><_x /><this.z /><n:m /></A>; const y = <></>;',
  'types.ts': 'import { A, type B } from "x"; import type { C } from "y"; import D = require("z"); import E = A.B.C; interface I<T extends A> extends A.X, B<T> { [k: string]: T; m<U>(a: U, b?: T): typeof a; new (x: U): x is A; [A.k]: B } type F<T> = { [K in keyof T as `${K & string}`]?: T[K] } & (<T>(t: T) => t is A); const v: F<typeof A> = A as unknown as F<B>; export type { I }; export { type F, v }; export = v;',
  'conditions.ts': 'type A<T> = T extends (infer U extends B)[] ? U : T extends { f: (a: infer V) => infer W } ? [V, W, U] : [V]; type B = A<B>; type G<T> = T extends [x: infer X, ...rest: infer R] ? [X, R] : X;',
  'declarations.ts': 'enum Color { Red = 1, "Blue-ish" = Red, Green = Red | Blue } namespace N { export const a = Color; var b = a; export namespace M { a } } declare module "m" { const c: number; export default c } declare global { var d: typeof N } namespace N2.M2 { const z = N } abstract class K<T> implements I<T>, N.J { constructor(private readonly p: T, @dec(K) public q = p) { super() } abstract m(a: T): K<T>; declare f: T; @dec g?: N.a = this.p; accessor h = K } function over(a: string): void; function over(a: unknown) { a satisfies K<typeof a>; over<K<1>>(a!); new K<typeof over>; return <K<2>>a } export default interface Z { a: Z }',
  'components.tsx': 'import { A } from "x"; const f = <T,>(p: { x: T }) => <A<T> x={p.x as T} />;',
};

it('tells names apart in cases', () => {
  for (const [file, source] of Object.entries(cases)) compare(file, source);
});

it('gives the defaults of parameters the arguments of their own function', () => {
  // Theirs are those of the function around it.
  const { program } = parse('function f(a = arguments) {}', { module: 'cjs', language: 'js' })!;
  let owner: Node | undefined;
  const names = namesOf(program);
  walk(program, (node) => void (node.type === 'Identifier' && node.name === 'arguments' && (owner = names.resolve(node)?.scope.block)));
  assert.equal(owner, program.body[0]);
});

it('tells names apart in all sources of this repository', (t) => {
  const files = globSync(['src/**/*.ts', 'plugins/**/*.ts', 'test/**/*.{ts,js,mjs,cjs}', 'examples/*/src/**/*.{js,ts}'], { cwd: repository });
  assert.ok(files.length > 500, `only ${files.length} files`);
  for (const file of files) compare(file, readFileSync(join(repository, file), 'utf8'));
  t.diagnostic(`so far ${took.ours.toFixed(0)} ms, typescript-eslint ${took.theirs.toFixed(0)} ms`);
});

it('tells names apart in published files', () => {
  const root = process.env['LWA_SPLIT_SOURCES'] ?? join(repository, 'node_modules');
  const wanted = Number(process.env['LWA_SPLIT_SOURCES_COUNT'] ?? 300);
  const files = globSync('**/*.{js,cjs,mjs,jsx,ts,tsx,mts}', { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const step = Math.max(1, Math.floor(files.length / wanted));
  let compared = 0;
  for (let index = 0; index < files.length; index += step) {
    const source = readFileSync(files[index]!, 'utf8');
    if (source.length < 300_000 && compare(files[index]!, source)) compared += 1;
  }
  assert.ok(compared > wanted / 2, `only ${compared} files could be read`);
});

const took = { ours: 0, theirs: 0 };

/** Every question about every node, in both formats; false where the text is valid in none. */
function compare(file: string, source: string): boolean {
  let valid = false;
  for (const module of ['cjs', 'esm'] as const) {
    const syntax = parse(source, { module, language: languageOf(file) });
    if (syntax === null) continue;
    valid = true;
    const begun = performance.now();
    const theirs = referenceScopes(syntax);
    const between = performance.now();
    const ours = namesOf(syntax.program);
    took.theirs += between - begun;
    took.ours += performance.now() - between;
    const referenceOf = new Map(theirs.scopes.flatMap(({ references }) => references.map((reference) => [reference.identifier as unknown as Node, reference] as const)));
    walk(syntax.program, (node) => {
      const at = `${file} as ${module}, ${node.type} at ${node.start}`;
      // They declare globals that are only assigned at the assignment.
      if (node.type !== 'AssignmentExpression' && !node.type.startsWith('For')) assert.deepEqual(ours.declares(node).map(shown), theirs.getDeclaredVariables(node as never).map(shown), at);
      if (node.type !== 'Identifier' && node.type !== 'JSXIdentifier') return;
      assert.deepEqual(shown(ours.resolve(node)), shown(referenceOf.get(node)?.resolved), at);
    });
    for (const scope of theirs.scopes) {
      const block = scope.block as unknown as Node;
      if (String(scope.type) === 'function') assert.deepEqual(ours.declaresInside(block), scope.variables.filter(({ defs }) => defs.length > 0).map(({ name }) => name), `${file}, inside ${block.start}`);
      for (const variable of scope.variables) {
        if (variable.defs.length === 0) continue;
        const mine = ours.declares(variable.defs[0]!.node as unknown as Node).find((one) => shown(one) === shown(variable))!;
        const expected = new Map(variable.references.filter(({ init }) => init !== true).map((one) => [one.identifier.range[0], { value: one.isValueReference, type: one.isTypeReference }]));
        const found = ours.references(mine).map(({ identifier, value, type }) => [identifier.start, { value, type }] as const);
        assert.deepEqual(found, [...expected].sort(([a], [b]) => a - b), `${file}, uses of ${shown(variable)}`);
      }
    }
  }
  return valid;
}

/** `as const` names no type, though theirs has one of that name. */
function shown(variable: { name: string; scope: { block: unknown }; defs: readonly { node: unknown; name: unknown }[] } | null | undefined): string | null {
  if (variable == null || (variable.name === 'const' && variable.defs.length === 0)) return null;
  const at = (node: unknown): string => `${(node as Node).type} ${(node as Node).start}`;
  return `${variable.name} of ${at(variable.scope.block)}: ${variable.defs.map(({ node, name }) => `${at(name)} in ${at(node)}`).join(', ')}`;
}
