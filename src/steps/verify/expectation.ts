import type { ByNature, Difference } from '../../model/verification.ts';
import type { Answer, Body, Json } from './answer.ts';
import { jsonDifferences, jsonNature, jsonShape, type JsonShape } from './json-shape.ts';
import { fits, holesOf, lineShape, showShape, type LineShape } from './line-shape.ts';
import { textDifferences, textNature, textShape, type TextShape } from './text-shape.ts';

/** What every start of the original answered to one request, and where its starts already differ among themselves. */
export interface Expectation {
  outcomes: Answer['outcome'][];
  statuses: (number | null)[];
  /** By name; a header that only some starts sent is `sometimes`. */
  headers: Record<string, { values: LineShape } | 'sometimes'>;
  body: BodyShape;
}

type BodyShape =
  | { kind: 'none' | 'anything' }
  | { kind: 'json'; shape: JsonShape }
  | { kind: 'text'; shape: TextShape }
  /** The events all starts had; `whole` where the stream always ended by itself. */
  | { kind: 'events'; shape: JsonShape[]; whole: boolean }
  | { kind: 'bytes'; hash: string; bytes: number }
  /** Bytes that differ each time but begin alike. */
  | { kind: 'any-bytes'; head: string };

export type AspectDifference = Pick<Difference, 'aspect' | 'name' | 'diff'>;

/** Headers whose values tell nothing about a person or a session. Of the others only the fact that they differ is shown. */
const shownHeaders = /^(?:accept-ranges|access-control-.*|allow|cache-control|content-disposition|content-encoding|content-language|content-range|content-security-policy.*|content-type|cross-origin-.*|etag|expires|last-modified|location|permissions-policy|referrer-policy|server|set-cookie|strict-transport-security|vary|via|x-content-type-options|x-frame-options|x-powered-by|x-xss-protection)$/;

export function expectation(answers: readonly Answer[]): Expectation {
  const names = [...new Set(answers.flatMap(({ headers }) => Object.keys(headers)))].sort();
  return {
    outcomes: [...new Set(answers.map(({ outcome }) => outcome))],
    statuses: [...new Set(answers.map(({ status }) => status))],
    headers: Object.fromEntries(names.map((name) => [name, headerShape(answers.map(({ headers }) => headers[name]))])),
    body: bodyShape(answers.map(({ body }) => body)),
  };
}

function headerShape(samples: readonly (readonly string[] | undefined)[]): Expectation['headers'][string] {
  const values = samples.flatMap((sample) => (sample === undefined ? [] : [joined(sample)]));
  return values.length < samples.length ? 'sometimes' : { values: lineShape(values) };
}

function joined(values: readonly string[]): string {
  return values.join('\n');
}

function bodyShape(bodies: readonly Body[]): BodyShape {
  const [first] = bodies;
  const all = <Kind extends Body['kind']>(kind: Kind): Extract<Body, { kind: Kind }>[] | null => {
    const those = bodies.filter((body): body is Extract<Body, { kind: Kind }> => body.kind === kind);
    return those.length === bodies.length ? those : null;
  };
  if (all('none')) return { kind: 'none' };
  const json = all('json');
  if (json) return { kind: 'json', shape: jsonShape(json.map(({ value }) => value)) };
  const text = all('text');
  if (text) return { kind: 'text', shape: textShape(text.map(({ lines }) => lines)) };
  const streams = all('events');
  if (streams) {
    const common = Math.min(...streams.map(({ events }) => events.length));
    const shape = Array.from({ length: common }, (_, i) => jsonShape(streams.map(({ events }) => events[i] as Json)));
    return { kind: 'events', shape, whole: streams.every(({ whole }) => whole) && streams.every(({ events }) => events.length === common) };
  }
  const bytes = all('bytes');
  if (bytes && first?.kind === 'bytes') return bytes.every(({ hash }) => hash === first.hash) ? first : { kind: 'any-bytes', head: commonHead(bytes.map(({ head }) => head)) };
  return { kind: 'anything' };
}

function commonHead([first = '', ...others]: readonly string[]): string {
  let end = first.length;
  while (!others.every((other) => other.startsWith(first.slice(0, end)))) end--;
  return first.slice(0, end);
}

/** Every aspect in which the answer is not what was expected. */
export function aspectsThatDiffer(expected: Expectation, answer: Answer): AspectDifference[] {
  if (!expected.outcomes.includes(answer.outcome)) return [{ aspect: 'outcome', name: null, diff: [`-${expected.outcomes.map(told).join(' or ')}`, `+${told(answer.outcome)}`] }];
  const found: AspectDifference[] = [];
  if (!expected.statuses.includes(answer.status)) found.push({ aspect: 'status', name: null, diff: [`-${expected.statuses.join(' or ')}`, `+${answer.status}`] });
  for (const name of [...new Set([...Object.keys(expected.headers), ...Object.keys(answer.headers)])].sort()) {
    const diff = headerDiff(name, expected.headers[name], answer.headers[name]);
    if (diff.length > 0) found.push({ aspect: 'header', name, diff });
  }
  const diff = bodyDiff(expected.body, answer.body);
  if (diff.length > 0) found.push({ aspect: 'body', name: null, diff });
  return found;
}

function told(outcome: Answer['outcome']): string {
  return { answered: 'a whole answer', closed: 'the connection was closed early', timeout: 'no whole answer in time', refused: 'nobody listened', ended: "the app's process ended" }[outcome];
}

function headerDiff(name: string, expected: Expectation['headers'][string] | undefined, actual: readonly string[] | undefined): string[] {
  if (expected === 'sometimes') return [];
  if (expected !== undefined && actual !== undefined && fits(expected.values, joined(actual))) return [];
  if (expected === undefined && actual === undefined) return [];
  const shown = shownHeaders.test(name);
  const lines = (sign: string, text: string): string[] => (shown ? text.split('\n').map((line) => `${sign}${name}: ${line}`) : [`${sign}${name}: (value not shown)`]);
  return [...(expected === undefined ? [] : lines('-', showShape(expected.values))), ...(actual === undefined ? [] : lines('+', joined(actual)))];
}

function bodyDiff(expected: BodyShape, actual: Body): string[] {
  if (expected.kind === 'anything') return [];
  if (expected.kind === 'none' && actual.kind === 'none') return [];
  if (expected.kind === 'json' && actual.kind === 'json') return jsonLines(jsonDifferences(expected.shape, actual.value));
  if (expected.kind === 'text' && actual.kind === 'text') return textDifferences(expected.shape, actual.lines);
  if (expected.kind === 'events' && actual.kind === 'events') return eventLines(expected, actual);
  if (expected.kind === 'bytes' && actual.kind === 'bytes' && expected.hash === actual.hash) return [];
  if (expected.kind === 'any-bytes' && actual.kind === 'bytes' && actual.head.startsWith(expected.head)) return [];
  return [`-${shapeInWords(expected)}`, `+${bodyInWords(actual)}`];
}

function jsonLines(differences: ReturnType<typeof jsonDifferences>): string[] {
  return differences.flatMap(({ path, expected, actual }) => [...(expected === null ? [] : [`-${path}: ${expected}`]), ...(actual === null ? [] : [`+${path}: ${actual}`])]);
}

/** How many events came until we stopped listening is chance; that some came is not. */
function eventLines({ shape, whole }: Extract<BodyShape, { kind: 'events' }>, { events, whole: ended }: Extract<Body, { kind: 'events' }>): string[] {
  const all = whole && ended;
  if (!all && shape.length > 0 && events.length === 0) return [`-${shape.length} events`, '+no event'];
  const compared = all ? Math.max(shape.length, events.length) : Math.min(shape.length, events.length);
  return jsonLines(jsonDifferences({ is: 'list', items: shape.slice(0, compared) }, events.slice(0, compared), '$events'));
}

function shapeInWords(shape: BodyShape): string {
  if (shape.kind === 'any-bytes') return `bytes that begin with ${shape.head}`;
  if (shape.kind === 'bytes') return bytesInWords(shape);
  if (shape.kind === 'text') return `text: ${shape.shape.lines.slice(0, 1).map(showShape).join('')}`;
  return inWords(shape.kind);
}

function bodyInWords(body: Body): string {
  if (body.kind === 'bytes') return bytesInWords(body);
  if (body.kind === 'text') return `text: ${body.lines[0] ?? ''}`;
  return inWords(body.kind);
}

function bytesInWords({ bytes, hash }: { bytes: number; hash: string }): string {
  return `${bytes} bytes with hash ${hash}`;
}

function inWords(kind: Exclude<BodyShape['kind'], 'bytes' | 'any-bytes' | 'text'>): string {
  return { none: 'no body', anything: 'any body', json: 'a JSON document', events: 'a stream of events' }[kind];
}

/** What was compared by its kind only, because it differs between starts of the original. */
export function natureOf(expected: Expectation): Omit<ByNature, 'request'>[] {
  return [
    ...(expected.outcomes.length > 1 ? [{ at: 'outcome', as: expected.outcomes.join(' or ') }] : []),
    ...(expected.statuses.length > 1 ? [{ at: 'status', as: expected.statuses.join(' or ') }] : []),
    ...Object.entries(expected.headers).flatMap(([name, header]) => {
      const as = header === 'sometimes' ? 'presence' : [...new Set(holesOf(header.values))].join(', ');
      return as === '' ? [] : [{ at: `header ${name}`, as }];
    }),
    ...bodyNature(expected.body),
  ];
}

function bodyNature(body: BodyShape): Omit<ByNature, 'request'>[] {
  const paths = (found: ReturnType<typeof jsonNature>): Omit<ByNature, 'request'>[] => found.map(({ path, as }) => ({ at: `body ${path}`, as }));
  if (body.kind === 'anything') return [{ at: 'body', as: 'any value' }];
  if (body.kind === 'any-bytes') return [{ at: 'body', as: 'any bytes of this format' }];
  if (body.kind === 'json') return paths(jsonNature(body.shape));
  if (body.kind === 'text') return textNature(body.shape).map(({ line, as }) => ({ at: `body line ${line}`, as }));
  if (body.kind === 'events') return paths(jsonNature({ is: 'list', items: body.shape }, '$events'));
  return [];
}
