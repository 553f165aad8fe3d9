import type { Json } from './answer.ts';
import { fits, holesOf, lineShape, showShape, type LineShape } from './line-shape.ts';

/** What samples of one JSON value have in common. */
export type JsonShape =
  | { is: 'same'; value: null | boolean | number | string }
  | { is: 'text'; shape: LineShape }
  /** Scalars that differ: any value of these types. */
  | { is: 'scalar'; types: string[] }
  /** Names in `optional` are missing from some samples; what stands there is not looked at. */
  | { is: 'object'; fields: Record<string, JsonShape>; optional: string[] }
  | { is: 'list'; items: JsonShape[] }
  /** The same items in another order each time; as JSON texts, sorted. */
  | { is: 'bag'; items: string[] }
  /** Lists of different length. */
  | { is: 'any-list' }
  | { is: 'anything' };

export interface JsonDifference {
  /** `$.items[2].name` */
  path: string;
  /** As shown; null where there is nothing. */
  expected: string | null;
  actual: string | null;
}

export function jsonShape(samples: readonly Json[]): JsonShape {
  const [first = null] = samples;
  const types = [...new Set(samples.map(typeOf))].sort();
  if (types.length > 1) return types.some((type) => type === 'object' || type === 'list') ? { is: 'anything' } : { is: 'scalar', types };
  if (typeof first === 'string') {
    const texts = samples as readonly string[];
    return texts.every((text) => text === first) ? { is: 'same', value: first } : { is: 'text', shape: lineShape(texts) };
  }
  if (Array.isArray(first)) return listShape(samples as readonly Json[][]);
  if (first !== null && typeof first === 'object') return objectShape(samples as readonly Record<string, Json>[]);
  return samples.every((value) => value === first) ? { is: 'same', value: first } : { is: 'scalar', types };
}

function listShape(lists: readonly Json[][]): JsonShape {
  const [first = []] = lists;
  if (lists.some((list) => list.length !== first.length)) return { is: 'any-list' };
  const sorted = lists.map(bagOf);
  const keys = new Set(sorted.map((items) => items.join('\n')));
  if (keys.size === 1 && new Set(lists.map((list) => canonical(list))).size > 1) return { is: 'bag', items: sorted[0]! };
  return { is: 'list', items: first.map((_, i) => jsonShape(lists.map((list) => list[i]!))) };
}

function objectShape(objects: readonly Record<string, Json>[]): JsonShape {
  const names = [...new Set(objects.flatMap((object) => Object.keys(object)))].sort();
  const everywhere = names.filter((name) => objects.every((object) => Object.hasOwn(object, name)));
  // Object.create(null): an answer may have a field called __proto__.
  const fields: Record<string, JsonShape> = Object.create(null) as Record<string, JsonShape>;
  for (const name of everywhere) fields[name] = jsonShape(objects.map((object) => object[name]!));
  return { is: 'object', fields, optional: names.filter((name) => !everywhere.includes(name)) };
}

/** Where the value is not of the shape, in the order of the shape; empty when it is. */
export function jsonDifferences(shape: JsonShape, value: Json, path = '$'): JsonDifference[] {
  const differs = [{ path, expected: showJson(shape), actual: JSON.stringify(value) }];
  switch (shape.is) {
    case 'anything':
      return [];
    case 'any-list':
      return Array.isArray(value) ? [] : differs;
    case 'same':
      return value === shape.value ? [] : differs;
    case 'scalar':
      return shape.types.includes(typeOf(value)) ? [] : differs;
    case 'text':
      return typeof value === 'string' && fits(shape.shape, value) ? [] : differs;
    case 'bag':
      return Array.isArray(value) ? bagDifferences(shape.items, bagOf(value), path) : differs;
    case 'list':
      return Array.isArray(value) ? listDifferences(shape.items, value, path) : differs;
    case 'object':
      return typeOf(value) === 'object' ? fieldDifferences(shape, value as Record<string, Json>, path) : differs;
  }
}

function listDifferences(items: readonly JsonShape[], list: readonly Json[], path: string): JsonDifference[] {
  const found: JsonDifference[] = [];
  for (let i = 0; i < Math.max(items.length, list.length); i++) {
    const [item, value] = [items[i], list[i]];
    if (item !== undefined && value !== undefined) found.push(...jsonDifferences(item, value, `${path}[${i}]`));
    else found.push({ path: `${path}[${i}]`, expected: item === undefined ? null : showJson(item), actual: value === undefined ? null : JSON.stringify(value) });
  }
  return found;
}

function fieldDifferences({ fields, optional }: Extract<JsonShape, { is: 'object' }>, object: Record<string, Json>, path: string): JsonDifference[] {
  const found: JsonDifference[] = [];
  for (const [name, field] of Object.entries(fields)) {
    const at = `${path}${step(name)}`;
    if (Object.hasOwn(object, name)) found.push(...jsonDifferences(field, object[name]!, at));
    else found.push({ path: at, expected: showJson(field), actual: null });
  }
  for (const name of Object.keys(object).sort()) {
    if (name in fields || optional.includes(name)) continue;
    found.push({ path: `${path}${step(name)}`, expected: null, actual: JSON.stringify(object[name]) });
  }
  return found;
}

function bagDifferences(expected: readonly string[], actual: readonly string[], path: string): JsonDifference[] {
  const left = [...actual];
  const missing = expected.filter((item) => {
    const at = left.indexOf(item);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
  return [...missing.map((item) => ({ path: `${path}[*]`, expected: item, actual: null })), ...left.map((item) => ({ path: `${path}[*]`, expected: null, actual: item }))];
}

/** Paths whose values differ by nature, and what they were taken for. */
export function jsonNature(shape: JsonShape, path = '$'): { path: string; as: string }[] {
  switch (shape.is) {
    case 'same':
      return [];
    case 'text':
      return [{ path, as: [...new Set(holesOf(shape.shape))].join(', ') }];
    case 'scalar':
      return [{ path, as: shape.types.join(' or ') }];
    case 'bag':
      return [{ path, as: 'order' }];
    case 'any-list':
      return [{ path, as: 'any list' }];
    case 'anything':
      return [{ path, as: 'any value' }];
    case 'list':
      return shape.items.flatMap((item, i) => jsonNature(item, `${path}[${i}]`));
    case 'object':
      return [...Object.entries(shape.fields).flatMap(([name, field]) => jsonNature(field, `${path}${step(name)}`)), ...shape.optional.map((name) => ({ path: `${path}${step(name)}`, as: 'presence' }))];
  }
}

/** The shape as JSON, with `‹number›` and the like for what differs by nature. */
export function showJson(shape: JsonShape): string {
  switch (shape.is) {
    case 'same':
      return JSON.stringify(shape.value);
    case 'text':
      return `"${showShape(shape.shape)}"`;
    case 'scalar':
      return `‹${shape.types.join(' or ')}›`;
    case 'bag':
      return `[${shape.items.join(',')}]`;
    case 'any-list':
      return '‹any list›';
    case 'anything':
      return '‹any value›';
    case 'list':
      return `[${shape.items.map(showJson).join(',')}]`;
    case 'object':
      return `{${Object.entries(shape.fields).map(([name, field]) => `${JSON.stringify(name)}:${showJson(field)}`).join(',')}}`;
  }
}

function typeOf(value: Json): string {
  return value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value;
}

function step(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

function bagOf(list: readonly Json[]): string[] {
  return list.map(canonical).sort();
}

/** JSON text with sorted names: equal texts, equal values. */
function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name]!)}`).join(',')}}`;
}
