import { ts } from 'ts-morph';
import { join } from 'node:path';
import { addGlobals } from './globals.ts';
import { Machine, type Note } from './machine.ts';
import { Modules, type Link, type ReaderWorld } from './modules.ts';
import { filesBelow, type ReaderFiles } from './node.ts';
import { fromPlain, isCallable, nothing, object, read, stringOf, truthOf, unknown, foreign, type Call, type DecoratedMember, type ForeignValue, type FunctionValue, type Place, type Value } from './values.ts';

export type { Call, Place, Value };

/** An app, a router, a decorator: anything that came out of a framework's package. */
export type Thing = ForeignValue;
export type AppClass = FunctionValue;

/** A function that answers requests, or stands before one that does. */
export interface Handler {
  place: Place;
  name: string | null;
  /** The function itself, for questions about its body; null where a package has it. */
  fn: FunctionValue | null;
  /** What a package made for it. */
  thing: Thing | null;
}

export interface FoundRoute {
  method: string;
  /** In the framework's own spelling, prefixes included. */
  path: string;
  handler: Handler | null;
  middleware: Handler[];
  registeredAt: Place;
}

/** What a framework's plugin asks about an app. Everything about variables, files and functions is settled behind it. */
export interface RouteReader {
  readonly root: string;
  readonly files: ReaderFiles;
  /** What the app made by calling `express()`, `express.Router()`, `new koa()`, in order. `of` tests the shape. */
  made(of: (shape: string) => boolean): Thing[];
  /** How a thing was made: `express.Router()`, `new hono.Hono()`, `@nestjs/core.NestFactory.create()`. */
  shapeOf(thing: Thing): string;
  /** What was done with a thing, in order. */
  callsOn(thing: Thing): readonly Call[];
  /** The outside thing that a value is or that its class extends. */
  thing(value: Value | undefined): Thing | null;
  /** For a thing that a method gave: what the method was called on. */
  receiver(thing: Thing): { of: Thing; method: string } | null;
  isFunction(value: Value | undefined): boolean;
  /** How many parameters it names; null where that is not known, or it takes any number. */
  parametersOf(value: Value | undefined): number | null;
  text(value: Value | undefined): string | null;
  truth(value: Value | undefined): boolean | undefined;
  /** The items of a list, nested ones too; a value that is no list alone. */
  items(value: Value | undefined): Value[];
  property(value: Value | undefined, name: string): Value;
  /** Regular expressions and texts that a value stands for; null where one of them is not known. */
  patterns(value: Value | undefined): (string | RegExp)[] | null;
  handler(value: Value | undefined, at: Place): Handler;
  /** Calls a function of the app with these values, and takes what it gives. */
  run(value: Value, args: Value[], at: Place): Value;
  /** A new thing that looks as if it was made like `shape`; what is done with it is recorded. */
  stand(like: Thing): Thing;
  /** The exports of a file of the app, read like any other module. */
  exportsOf(file: string): Value;
  /** The value of a function or plugin of a package, from sources that are usually not read. */
  open(thing: Thing): Value | null;
  readonly decorated: readonly AppClass[];
  methodOf(made: AppClass, name: string): Value;
  membersOf(made: AppClass): DecoratedMember[];
  /** Absolute paths below a folder, dependencies left out. */
  filesBelow(folder: string): string[];
  /** The app depends on this package. */
  dependsOn(name: string): boolean;
  plain(value: unknown): Value;
  /** Tells that something could not be read, where `why` knows better than `at`. */
  unreadable(what: string, at: Place, why?: Value): void;
}

/** An app whose modules have been read from an entry on. */
export interface Reading {
  reader: RouteReader;
  links: readonly Link[];
  /** Files that were read as the app's own, in order. */
  files(): string[];
  notes(): readonly Note[];
  machine: Machine;
  /** The reading took too long and was stopped. */
  stopped(): boolean;
}

/** Reads an app from its entry on, without running it. `entry` is absolute; null where there is none to follow. */
export function readApp(world: ReaderWorld, entry: string | null, argv: readonly string[] = []): Reading {
  const machine = new Machine();
  addGlobals(machine, ['node', entry ?? '', ...argv], world.root);
  const modules = new Modules(world, machine);
  machine.loading = modules;
  if (entry !== null) modules.readEntry(entry);
  return {
    reader: readerOver(world, machine, modules),
    links: modules.links,
    files: () => [...modules.states.keys()],
    notes: () => machine.notes,
    machine,
    stopped: () => machine.exhausted,
  };
}

function readerOver(world: ReaderWorld, machine: Machine, modules: Modules): RouteReader {
  const shapes = new Map<Thing, string>();
  const shapeOf = (thing: Thing): string => {
    let shape = shapes.get(thing);
    if (shape === undefined) {
      const parent = thing.parent === null ? thing.name : shapeOf(thing.parent);
      shape = thing.how === 'import' ? thing.root : thing.how === 'member' ? `${parent}.${thing.name}` : thing.how === 'call' ? `${parent}()` : `new ${parent}`;
      shapes.set(thing, shape);
    }
    return shape;
  };
  const items = (value: Value | undefined): Value[] => (value === undefined ? [] : value.kind === 'list' ? value.items.flatMap(items) : [value]);
  const reader: RouteReader = {
    root: world.root,
    files: world.files,
    made: (of) => machine.made.filter((thing) => of(shapeOf(thing))),
    shapeOf,
    callsOn: (thing) => thing.calls,
    thing: (value) => (value === undefined ? null : machine.outsideOf(value)),
    receiver: ({ how, parent }) => (how === 'call' && parent?.how === 'member' && parent.parent !== null ? { of: parent.parent, method: parent.name } : null),
    isFunction: (value) => value !== undefined && isCallable(value),
    parametersOf,
    text: stringOf,
    truth: (value) => (value === undefined ? false : truthOf(value)),
    items,
    property: (value, name) => (value === undefined ? nothing : machine.member(value, name)),
    patterns: (value) => {
      const found = items(value).map((item) => (item.kind === 'data' && (typeof item.value === 'string' || item.value instanceof RegExp) ? item.value : null));
      return found.includes(null) || found.length === 0 ? null : (found as (string | RegExp)[]);
    },
    handler: (value, at) => handlerOf(machine, value, at),
    run: (value, args, at) => machine.call(value, args, unknown, at),
    stand: (like) => {
      const made = foreign({ root: like.root, how: like.how, parent: like.parent, name: like.name, args: like.args, place: like.place });
      for (const [key, slot] of like.props) made.props.set(key, slot);
      return made;
    },
    exportsOf: (file) => modules.loadFile(file),
    open: (thing) => modules.open(thing),
    decorated: machine.decoratedClasses,
    methodOf: (made, name) => machine.member(read(made.props.get('prototype') ?? object()), name),
    membersOf: (made) => [...(made.parentClass?.kind === 'function' ? reader.membersOf(made.parentClass) : []), ...made.members],
    filesBelow: (folder) => (world.files.isFolder(folder) ? filesBelow(world.files, folder) : []),
    dependsOn: (name) => {
      const manifest = fromPlain(JSON.parse(world.files.read(join(world.root, 'package.json')) ?? '{}'));
      return ['dependencies', 'devDependencies', 'peerDependencies'].some((field) => machine.member(machine.member(manifest, field), name).kind === 'data' && stringOf(machine.member(machine.member(manifest, field), name)) !== null);
    },
    plain: fromPlain,
    unreadable: (what, at, why) => machine.note(why?.kind === 'unknown' && why.why !== null ? why.why.what : what, why?.kind === 'unknown' && why.why !== null ? why.why.place : at),
  };
  return reader;
}

function parametersOf(value: Value | undefined): number | null {
  if (value?.kind !== 'function' || ts.isClassLike(value.node)) return null;
  const { parameters } = value.node;
  return parameters.some((parameter) => parameter.dotDotDotToken !== undefined) ? null : parameters.filter((parameter) => parameter.initializer === undefined).length;
}

function handlerOf(machine: Machine, value: Value | undefined, at: Place): Handler {
  if (value?.kind === 'function') {
    const wrapped = value.wraps.at(-1);
    const fn = wrapped ?? value;
    return { place: machine.placeOfFunction(fn), name: fn.name === '' ? null : fn.name, fn, thing: null };
  }
  // A wrapper of a package: the function of the app that it was given.
  if (value?.kind === 'foreign') {
    const inner = value.args.findLast((arg) => arg.kind === 'function');
    if (inner !== undefined) return { ...handlerOf(machine, inner, at), thing: value };
    return { place: value.place ?? at, name: value.name === '' ? null : value.name, fn: null, thing: value };
  }
  return { place: at, name: null, fn: null, thing: null };
}
