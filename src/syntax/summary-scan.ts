import type { Node } from 'oxc-parser';
import type { FileSummary, ImportRequest, Name, Region, Use, Value } from '../model/summary.ts';

export interface Scope {
  names: Map<string, number>;
  above: Scope | null;
}

/** Where a node stands: the region that runs it, the names it sees, the class or object that `this` is, the function around it. */
export interface At {
  region: number;
  scope: Scope;
  self: number | null;
}

/** What evaluates expressions and statements, handed in since each needs the other. */
export interface Evaluator {
  valueOf(scan: Scan, node: Node, at: At): Value[];
  statements(scan: Scan, list: readonly Node[], at: At): void;
}

/** A summary in the making. */
export interface Scan extends FileSummary {
  evaluator: Evaluator;
  lineStarts: readonly number[];
  /** The name that stands for `module.exports`; null in ES modules. */
  moduleExports: number | null;
  /** Names of a function's parameters, by its region. */
  params: Map<number, number[]>;
}

export function newScan(source: string, evaluator: Evaluator): Scan {
  const lineStarts = [0];
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  const top: Region = { kind: 'top', line: 1, column: 1, endLine: lineStarts.length, end: source.length, parent: -1, inline: false, uses: [], imports: [] };
  return { regions: [top], names: [], imports: [], exports: {}, stars: [], evaluator, lineStarts, moduleExports: null, params: new Map() };
}

export function newRegion(scan: Scan, kind: Region['kind'], parent: number, inline: boolean, from: number, to: number): number {
  const line = lineOf(scan, from);
  const region: Region = { kind, line, column: from - scan.lineStarts[line - 1]! + 1, endLine: lineOf(scan, to), end: to, parent, inline, uses: [], imports: [] };
  if (kind === 'class' || kind === 'object') region.members = {};
  return scan.regions.push(region) - 1;
}

export function newName(scan: Scan, scope: Scope, text: string, given = false): number {
  const known = scope.names.get(text);
  if (known !== undefined) return known;
  const name: Name = given ? { values: [], given } : { values: [] };
  const index = scan.names.push(name) - 1;
  scope.names.set(text, index);
  return index;
}

export function below(scope: Scope): Scope {
  return { names: new Map(), above: scope };
}

export function lookUp(scope: Scope, text: string): number | null {
  for (let at: Scope | null = scope; at !== null; at = at.above) {
    const found = at.names.get(text);
    if (found !== undefined) return found;
  }
  return null;
}

export function note(scan: Scan, at: At, use: Use): void {
  scan.regions[at.region]!.uses.push(use);
}

export function request(scan: Scan, at: At, node: Node, kind: ImportRequest['kind'], specifier: string | null, folder?: string): number {
  const made: ImportRequest = { specifier, kind, line: lineOf(scan, node.start), region: at.region };
  if (folder !== undefined) made.folder = folder;
  const index = scan.imports.push(made) - 1;
  scan.regions[at.region]!.imports.push(index);
  return index;
}

export function addMember(scan: Scan, region: number, key: string, values: readonly Value[]): void {
  const members = (scan.regions[region]!.members ??= {});
  put(members, ownKey(key), values);
}

export function addExport(scan: Scan, key: string, values: readonly Value[]): void {
  put(scan.exports, ownKey(key), values);
}

function put(record: Record<string, Value[]>, key: string, values: readonly Value[]): void {
  if (Object.hasOwn(record, key)) record[key]!.push(...values);
  else record[key] = [...values];
}

/** `__proto__` as a key of a plain object would be its prototype. */
function ownKey(key: string): string {
  return key === '__proto__' ? '*' : key;
}

/** The region that keeps what is assigned to a variable's properties. */
export function containerOf(scan: Scan, name: number): number {
  const known = scan.names[name]!.container;
  if (known !== undefined) return known;
  const made = scan.regions.push({ kind: 'object', line: 1, column: 1, endLine: 1, end: 0, parent: 0, inline: false, uses: [], imports: [], members: {} }) - 1;
  scan.names[name]!.container = made;
  return made;
}

/** What the properties of a value are. */
export function further(value: Value, path: readonly string[]): Value {
  if (path.length === 0) return value;
  return value.as === undefined ? { ...value, path: [...value.path, ...path] } : { ...value, rest: [...(value.rest ?? []), ...path] };
}

export function lineOf(scan: Scan, offset: number): number {
  let [low, high] = [0, scan.lineStarts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (scan.lineStarts[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Notes that an expression is mentioned, and everything that runs to evaluate it. */
export function mention(scan: Scan, node: Node, at: At, how: Pick<Use, 'how' | 'to'> = { how: 'take' }): void {
  for (const value of scan.evaluator.valueOf(scan, node, at)) note(scan, at, { ...value, ...how });
}

/** The key of a property, `*` where it is computed; what computes it is noted. */
export function keyOf(scan: Scan, key: Node, computed: boolean, at: At): string {
  if (key.type === 'PrivateIdentifier') return `#${key.name}`;
  if (key.type === 'Literal') return String(key.value);
  if (!computed && key.type === 'Identifier') return key.name;
  mention(scan, key, at);
  return '*';
}

/** Adds to what a class or object has its properties from. */
export function inherit(scan: Scan, region: number, values: readonly Value[]): void {
  const { extends: known = [] } = scan.regions[region]!;
  scan.regions[region]!.extends = [...known, ...values];
}
