import { ts } from 'ts-morph';
import { BASE, constructorOf, initializeFields, isClass } from './classes.ts';
import { evaluate } from './expressions.ts';
import { memberOf } from './members.ts';
import { callOutside } from './outside.ts';
import { bindParameters } from './patterns.ts';
import { executeAll, type End } from './statements.ts';
import { stringOf, foreign, isCallable, list, nothing, object, read, unknown, scopeIn, type ForeignValue, type FunctionValue, type ModuleState, type ObjectValue, type Place, type UnknownValue, type Value, type Scope } from './values.ts';

/** One activation of a function, or the top level of a module. */
export interface Frame {
  module: ModuleState;
  scope: Scope;
  self: Value;
  fn: FunctionValue | null;
  /** What it may have returned from branches that may not run. */
  returns: Value[];
  /** How many conditions that could not be told stand around what is carried out now. */
  unsure: number;
}

/** What a framework's objects do with what they are given. */
export interface Traits {
  /** Methods that return what they are called on. */
  fluent: ReadonlySet<string>;
  /** Methods that call the functions given to them soon, in contrast to handlers, which wait for requests. */
  runs: ReadonlySet<string>;
}

/** What the machine asks of the modules around it. */
export interface Loading {
  /** The exports of what a specifier names, evaluated; an outside thing where its sources are not read. */
  load(specifier: Value, from: ModuleState, kind: 'import' | 'require', at: Place): Value;
  /** The exports of a package that is usually not read: it was handed one of the framework's objects. */
  open(outside: ForeignValue): Value | null;
  traitsOf(root: string): Traits | null;
}

export interface Note {
  what: string;
  place: Place;
}

/** How deep a function calls itself: over known texts, as folders are walked, and else. */
const MAX_RECURSION = 8;
const MAX_BLIND_RECURSION = 2;
const MAX_DEPTH = 120;
const MAX_CALLS = 5_000;
const MAX_STEPS = 6_000_000;

/**
 * Carries out the sources of an app without running them: values that are known are calculated, both ways are taken
 * where a condition is not known, and what belongs to packages is recorded as done to an outside object.
 */
export class Machine {
  readonly globals = new Map<string, Value>();
  /** Objects of frameworks, in the order they were made. */
  readonly made: ForeignValue[] = [];
  /** Things that other packages made while the app set itself up. */
  readonly madeElsewhere: ForeignValue[] = [];
  readonly decoratedClasses: FunctionValue[] = [];
  readonly notes: Note[] = [];
  exhausted = false;
  loading!: Loading;
  private steps = MAX_STEPS;
  private depth = 0;
  private readonly active = new Map<ts.Node, number>();
  private readonly called = new Map<ts.Node, number>();

  /** Counts one node; false when the whole reading has become too long. */
  step(): boolean {
    this.steps -= 1;
    if (this.steps > 0) return true;
    this.exhausted = true;
    return false;
  }

  placeOf(node: ts.Node, frame: Frame): Place {
    const { line, character } = frame.module.source.getLineAndCharacterOfPosition(node.getStart(frame.module.source));
    return { file: frame.module.file, line: line + 1, column: character + 1 };
  }

  /** The place of a function or class. */
  placeOfFunction({ node, module: { source, file } }: FunctionValue): Place {
    const { line, character } = source.getLineAndCharacterOfPosition(node.getStart(source));
    return { file, line: line + 1, column: character + 1 };
  }

  unreadable(what: string, place: Place): UnknownValue {
    return { kind: 'unknown', why: { what, place } };
  }

  note(what: string, place: Place): void {
    if (!this.notes.some((note) => note.what === what && note.place.file === place.file && note.place.line === place.line)) this.notes.push({ what, place });
  }

  /** Does what may happen or not. */
  unsure<Result>(frame: Frame, work: () => Result): Result {
    frame.unsure += 1;
    try {
      return work();
    } finally {
      frame.unsure -= 1;
    }
  }

  decorated(made: FunctionValue): void {
    if (!this.decoratedClasses.includes(made)) this.decoratedClasses.push(made);
  }

  evaluate(node: ts.Expression, frame: Frame): Value {
    return evaluate(this, node, frame);
  }

  executeAll(statements: readonly ts.Statement[], frame: Frame): End {
    return executeAll(this, statements, frame);
  }

  functionValue(node: FunctionValue['node'], frame: Frame): FunctionValue {
    const made: FunctionValue = {
      kind: 'function',
      name: node.name !== undefined && ts.isIdentifier(node.name) ? node.name.text : '',
      node,
      scope: frame.scope,
      module: frame.module,
      self: ts.isArrowFunction(node) ? frame.self : null,
      boundArgs: [],
      props: new Map(),
      home: ts.isArrowFunction(node) ? (frame.fn?.home ?? null) : null,
      parentClass: null,
      decorators: [],
      members: [],
      injected: [],
      wraps: [],
    };
    // Written before classes were: methods are added to the prototype of a plain function.
    if (ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node)) made.props.set('prototype', object([['constructor', made]]));
    return made;
  }

  frameIn(fn: FunctionValue, self: Value): Frame {
    return { module: fn.module, scope: scopeIn(fn.scope, true), self: fn.self ?? self, fn, returns: [], unsure: 0 };
  }

  load(specifier: Value, from: ModuleState, kind: 'import' | 'require', at: Place): Value {
    return this.loading.load(specifier, from, kind, at);
  }

  member(of: Value, name: string, self: Value = of): Value {
    return memberOf(this, of, name, self);
  }

  setMember(of: Value, name: string, value: Value): void {
    if (of.kind === 'list') {
      if (/^\d+$/.test(name)) of.items[Number(name)] = value;
      return;
    }
    if (of.kind === 'data' || of.kind === 'unknown') return;
    if (value.kind === 'function' && value.name === '') value.name = name;
    of.props.set(name, value);
  }

  call(callee: Value, args: Value[], self: Value, at: Place): Value {
    if (callee.kind === 'function') return this.invoke(callee, args, self);
    if (callee.kind === 'native') return callee.call(args, self, at);
    if (callee.kind === 'foreign') return callOutside(this, callee, args, at);
    const handedApp = callee.kind === 'unknown' && args.some((arg) => this.isFrameworkObject(arg));
    if (handedApp) this.note('what is called here with an app or router', callee.why?.place ?? at);
    this.runCallbacks(args);
    return callee.kind === 'unknown' ? callee : unknown;
  }

  construct(callee: Value, args: Value[], at: Place): Value {
    if (callee.kind === 'native') return callee.call(args, nothing, at);
    if (callee.kind === 'foreign') {
      const made = foreign({ root: callee.root, how: 'new', parent: callee, name: '', args, place: at });
      if (this.loading.traitsOf(callee.root) !== null) this.made.push(made);
      else {
        this.madeElsewhere.push(made);
        this.runCallbacks(args);
      }
      return made;
    }
    if (callee.kind !== 'function') {
      this.runCallbacks(args);
      return unknown;
    }
    const prototype = callee.props.get('prototype');
    const instance = object([], prototype === undefined ? null : read(prototype));
    const returned = this.initialize(callee, args, instance, at);
    return returned.kind === 'object' || isCallable(returned) || returned.kind === 'foreign' ? returned : instance;
  }

  /** Runs the constructors of a class and those above it. */
  private initialize(made: FunctionValue, args: Value[], instance: ObjectValue, at: Place): Value {
    if (!isClass(made)) return this.invoke(made, args, instance);
    const own = constructorOf(made);
    const above = made.parentClass;
    if (own === null) {
      if (above !== null) this.initializeAbove(above, args, instance, at);
      initializeFields(this, made, instance);
      return nothing;
    }
    if (above === null) initializeFields(this, made, instance);
    return this.run({ ...made, node: own, home: read(made.props.get('prototype') ?? unknown), props: new Map() }, args, instance, made);
  }

  private initializeAbove(above: Value, args: Value[], instance: ObjectValue, at: Place): void {
    if (above.kind === 'function') this.initialize(above, args, instance, at);
    else if (above.kind === 'foreign') instance.props.set(BASE, this.construct(above, args, at));
  }

  /** `super(...)` in a constructor. */
  superCall(frame: Frame, args: Value[], at: Place): void {
    const home = frame.fn?.home;
    const made = home?.kind === 'object' ? read(home.props.get('constructor') ?? unknown) : unknown;
    if (made.kind !== 'function' || frame.self.kind !== 'object') return;
    if (made.parentClass !== null) this.initializeAbove(made.parentClass, args, frame.self, at);
    initializeFields(this, made, frame.self);
  }

  /** Calls a function of the app. Whatever it throws ends only itself. */
  invoke(fn: FunctionValue, args: Value[], self: Value): Value {
    return isClass(fn) ? unknown : this.run(fn, fn.boundArgs.length > 0 ? [...fn.boundArgs, ...args] : args, fn.self ?? self, null);
  }

  private run(fn: FunctionValue, args: Value[], self: Value, constructing: FunctionValue | null): Value {
    const node = fn.node as ts.FunctionLikeDeclaration;
    const active = this.active.get(node) ?? 0;
    const called = this.called.get(node) ?? 0;
    if (this.depth >= MAX_DEPTH || active >= (args.some((arg) => stringOf(arg) !== null) ? MAX_RECURSION : MAX_BLIND_RECURSION) || called >= MAX_CALLS || this.exhausted || node.body === undefined) return unknown;
    this.depth += 1;
    this.active.set(node, active + 1);
    this.called.set(node, called + 1);
    try {
      const frame = this.frameIn(fn, self);
      if (!ts.isArrowFunction(node)) frame.scope.names.set('arguments', list(args));
      bindParameters(this, node.parameters, args, frame);
      if (constructing !== null) keepParameterProperties(node.parameters, frame);
      return withWraps(this.bodyOf(node.body, frame), args);
    } catch (error) {
      // Expressions nested too deep for our own stack: what they hold is not known.
      if (!(error instanceof RangeError)) throw error;
      return unknown;
    } finally {
      this.depth -= 1;
      this.active.set(node, active);
    }
  }

  private bodyOf(body: ts.ConciseBody, frame: Frame): Value {
    if (!ts.isBlock(body)) return evaluate(this, body, frame);
    const end = executeAll(this, body.statements, frame);
    const last = end?.type === 'return' ? end.value : nothing;
    if (frame.returns.length === 0 || (last.kind !== 'unknown' && last !== nothing && !(last.kind === 'data' && last.value === null))) return last;
    // What is returned early is often a stored or empty answer: the first that says something counts.
    return frame.returns.find((value) => value.kind !== 'unknown' && value.kind !== 'data') ?? (end?.type === 'return' ? last : (frame.returns[0] ?? last));
  }

  /** Functions given away are called once, with arguments that nothing is known of. */
  runCallbacks(args: readonly Value[]): void {
    for (const arg of args) {
      if (arg.kind !== 'function' || isClass(arg)) continue;
      const parameters = (arg.node as ts.FunctionLikeDeclaration).parameters.length;
      this.invoke(arg, Array.from({ length: parameters }, () => unknown), unknown);
    }
  }

  /** An app, a router and the like, made by a framework; also an object whose class extends one. */
  isFrameworkObject(value: Value): boolean {
    const outside = this.outsideOf(value);
    return outside !== null && (outside.how === 'call' || outside.how === 'new') && this.loading.traitsOf(outside.root) !== null && outside.name !== 'static';
  }

  /** The outside object that a value is, or that its class extends. */
  outsideOf(value: Value): ForeignValue | null {
    if (value.kind === 'foreign') return value;
    const base = value.kind === 'object' ? value.props.get(BASE) : undefined;
    return base?.kind === 'foreign' ? base : null;
  }
}

function keepParameterProperties(parameters: readonly ts.ParameterDeclaration[], frame: Frame): void {
  if (frame.self.kind !== 'object') return;
  for (const parameter of parameters) {
    if (!ts.isIdentifier(parameter.name) || (ts.getModifiers(parameter) ?? []).length === 0) continue;
    frame.self.props.set(parameter.name.text, read(frame.scope.names.get(parameter.name.text) ?? unknown));
  }
}

/** A function that a call made from functions keeps them in view: `asyncHandler(fn)` stands for `fn`. */
function withWraps(made: Value, args: readonly Value[]): Value {
  if (made.kind !== 'function' || made.wraps.length > 0) return made;
  const given = args.filter((arg): arg is FunctionValue => arg.kind === 'function' && arg !== made);
  made.wraps.push(...given);
  return made;
}

