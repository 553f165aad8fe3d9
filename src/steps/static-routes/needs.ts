import type { RouteNeeds } from '../../model/routes.ts';
import { findings, type Finding } from '../../model/trouble.ts';
import { Bodies, type Body, type VariableUse } from '../../syntax/reader/bodies.ts';
import type { Handler, Place, Reading, Thing } from '../../syntax/reader/reader.ts';
import type { FunctionValue, Value } from '../../syntax/reader/values.ts';
import type { Naming, ReadRoute } from './index.ts';
import { fits, signs, type Need, type Seen } from './signs.ts';

/** What is done far from the handler is seldom done to its response: so many calls away each need is still looked for. */
const reachOfNeed: Record<Need, number> = {
  'route-streams': 2,
  'reads-authorization': 3,
  'takes-body': 3,
  'takes-uploads': 3,
  'writes-files': 6,
  'io-bound': 6,
  'cpu-bound': 4,
  'uses-websocket': 2,
  timers: 6,
  'work-after-response': 1,
  'sessions-in-memory': 0,
  'rate-limit-in-memory': 0,
  'host-in-urls': 2,
};

/** Middleware of the app's own tells these about the routes behind it. */
const fromMiddleware: ReadonlySet<Need> = new Set(['reads-authorization', 'takes-uploads', 'sessions-in-memory', 'rate-limit-in-memory', 'host-in-urls']);
/** What concerns the whole app, wherever it was made. */
const ofApp: ReadonlySet<Need> = new Set(['uses-websocket', 'timers', 'sessions-in-memory', 'rate-limit-in-memory']);

interface Told {
  need: Need;
  place: Place;
}

/** What each route needs besides modules, in the order of the routes, with a finding for each place that shows it. */
export function needsOf(routes: readonly ReadRoute[], reading: Reading, naming: Naming): { needs: RouteNeeds[]; findings: Finding[] } {
  const bodies = new Bodies(reading.machine, reading.reader.shapeOf);
  const ofRoutes = routes.map(({ found }) => [...needsAround(found.handler, bodies, reading, () => true), ...found.middleware.flatMap((one) => [...needsAround(one, bodies, reading, (need) => fromMiddleware.has(need))])]);
  const app = reading.machine.madeElsewhere.flatMap((thing) => told(madeFact(thing, reading), 0, (need) => ofApp.has(need)));
  return {
    needs: ofRoutes.map(summed),
    findings: [...byPlace(routes, ofRoutes, naming), ...app.map(({ need, place }) => needFinding(need, 'The app', place, naming)), ...sharedState(routes, bodies, naming)].filter(unlikeBefore()),
  };
}

function summed(all: readonly Told[]): RouteNeeds {
  const has = (need: Need): boolean => all.some((one) => one.need === need);
  const [io, cpu] = [has('io-bound'), has('cpu-bound')];
  return { streams: has('route-streams'), readsAuthorization: has('reads-authorization'), takesBody: has('takes-body') || has('takes-uploads'), boundBy: io === cpu ? null : io ? 'io' : 'cpu' };
}

function needsAround(handler: Handler | null, bodies: Bodies, reading: Reading, wanted: (need: Need) => boolean): Told[] {
  if (handler === null) return [];
  const made = handler.thing === null ? [] : [handler.thing, ...things(handler.thing.args)].flatMap((thing) => told(madeFact(thing, reading), 0, wanted));
  if (handler.fn === null) return made;
  const decorated = decoratorsOf(handler.fn).flatMap((thing) => told(madeFact(thing, reading), 0, wanted));
  const done = bodies.reachedFrom(handler.fn).flatMap(({ body, distance }) => telling(body).flatMap((told) => within(told, distance, wanted)));
  return firstOfEach([...decorated, ...made, ...done]);
}

/** The needs that one fact shows. */
function told(fact: Seen, distance: number, wanted: (need: Need) => boolean): Told[] {
  return within(shown(fact), distance, wanted);
}

function within(all: readonly Told[], distance: number, wanted: (need: Need) => boolean): Told[] {
  return all.filter(({ need }) => distance <= reachOfNeed[need] && wanted(need));
}

function shown(fact: Seen): Told[] {
  return signs.flatMap((sign) => (fits(sign, fact) ? [{ need: sign.need, place: fact.place }] : []));
}

const known = new WeakMap<Body, readonly Told[][]>();

/** What each fact of a body shows, where it shows anything: hundreds of routes lead to the same bodies. */
function telling(body: Body): readonly Told[][] {
  const found = known.get(body) ?? body.facts.map(shown).filter((all) => all.length > 0);
  known.set(body, found);
  return found;
}

function firstOfEach(all: readonly Told[]): Told[] {
  return [...new Map([...all].reverse().map((one) => [one.need, one])).values()];
}

/** A thing of a package as a fact: `express-session()` with the options it was given. */
function madeFact(thing: Thing, { reader }: Reading): Seen {
  const origin = reader.shapeOf(thing).replace(/^new /, '').replace(/\(\)$/, '');
  const options = thing.args.flatMap((arg) => (arg.kind === 'object' ? [...arg.props.keys()] : []));
  return { kind: null, name: origin, origin, text: reader.text(thing.args[0]), argument: '', options, unawaited: false, place: thing.place ?? { file: '', line: 0, column: 0 } };
}

function things(values: readonly Value[]): Thing[] {
  return values.filter((value) => value.kind === 'foreign');
}

/** Decorators of a controller's method, its parameters and its class. */
function decoratorsOf(fn: FunctionValue): Thing[] {
  const maker = fn.home?.kind === 'object' ? fn.home.props.get('constructor') : undefined;
  if (maker?.kind !== 'function') return [];
  const member = maker.members.find(({ name }) => name === fn.name);
  return things([...(member?.decorators ?? []), ...(member?.parameters.map(({ decorator }) => decorator) ?? []), ...maker.decorators]).flatMap((thing) => [thing, ...things(thing.args)]);
}

/** One finding for each place and need, however many routes come by it. */
function byPlace(routes: readonly ReadRoute[], ofRoutes: readonly Told[][], naming: Naming): Finding[] {
  const places = new Map<string, { told: Told; routes: ReadRoute[] }>();
  ofRoutes.forEach((all, index) => {
    for (const one of all) {
      const key = `${one.need} ${one.place.file}:${one.place.line}`;
      const known = places.get(key);
      if (known === undefined) places.set(key, { told: one, routes: [routes[index]!] });
      else if (known.routes.at(-1) !== routes[index]) known.routes.push(routes[index]!);
    }
  });
  return [...places.values()].map(({ told: { need, place }, routes: those }) => needFinding(need, named(those), place, naming));
}

function named(routes: readonly ReadRoute[]): string {
  const [first, ...others] = routes;
  const id = `${first!.method} ${first!.path}`;
  return others.length === 0 ? id : `${id} and ${others.length} more ${others.length === 1 ? 'route' : 'routes'}`;
}

function needFinding(need: Need, who: string, place: Place, naming: Naming): Finding {
  const at = naming.originalOf(place);
  return findings[need]({ who, file: naming.idOf(at.file), line: at.line });
}

/** Variables of a module that one route writes and another uses: in two functions they are two variables. */
function sharedState(routes: readonly ReadRoute[], bodies: Bodies, naming: Naming): Finding[] {
  const users = new Map<string, { write: VariableUse | null; writers: Set<ReadRoute>; all: Set<ReadRoute> }>();
  for (const route of routes) {
    const fn = route.found.handler?.fn;
    if (fn === null || fn === undefined) continue;
    for (const { body } of bodies.reachedFrom(fn)) {
      for (const use of body.uses) {
        const known = users.get(use.variable) ?? { write: null, writers: new Set(), all: new Set() };
        users.set(use.variable, known);
        known.all.add(route);
        if (use.writes) {
          known.write ??= use;
          known.writers.add(route);
        }
      }
    }
  }
  return [...users.values()].flatMap(({ write, writers, all }) => {
    if (write === null || all.size < 2) return [];
    const { file, line } = naming.originalOf(write.place);
    return [findings['shared-state']({ name: write.name, writers: named([...writers]), routes: all.size, file: naming.idOf(file), line })];
  });
}

function unlikeBefore(): (finding: Finding) => boolean {
  const seen = new Set<string>();
  return ({ code, file, line }) => {
    const key = `${code} ${file}:${line}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  };
}
