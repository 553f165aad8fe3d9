import { valuesUnder, type Use, type Value } from '../model/summary.ts';
import { Queue } from './reach-queue.ts';
import { Reached, type Attached, type Handed, type Manner, type Walls } from './reach-reached.ts';
import { exportsMeant, extended, isCode, longestPath, ranAtStart, type ReachWorld } from './reach-world.ts';

/** Any property, asked of something unknown and called. */
const anyMember = '*';

/** Follows what code mentions, from whatever it is told to enter, until nothing new comes. */
export class Walk extends Queue {
  readonly reached: Reached;
  private readonly world: ReachWorld;
  private readonly walls: Walls;
  private readonly attached: Attached | null;

  /** Without `attached` it is the start that is followed: files without a summary are not looked into. */
  constructor(world: ReachWorld, walls: Walls, attached: Attached | null, base: Reached | null = null) {
    super();
    this.world = world;
    this.walls = walls;
    this.attached = attached;
    this.reached = new Reached(base);
  }

  /** Runs a region, and all that follows from it. */
  enter(global: number): void {
    this.region(global);
    this.finish();
  }

  /** Reaches a value that stands in a file; handlers of routes stay out where it is only handed about. */
  handed({ file, value }: Handed, manner: Manner): void {
    this.sweep(() => this.value(file, value, [], manner));
    this.finish();
  }

  whole(file: number): void {
    this.file(file);
    this.finish();
  }

  private isNew(key: number): boolean {
    return this.reached.isNew(key, this.sweeping > 0);
  }

  private region(global: number): void {
    const { regions } = this.reached;
    if (this.reached.hasRegion(global)) return;
    if (this.sweeping > 0 && this.walls.handlers.has(global)) return;
    if (this.attached === null && !ranAtStart(this.world, global)) return;
    regions.add(global);
    this.later(global);
  }

  protected run(global: number): void {
    const file = this.world.fileOf[global]!;
    const region = this.world.region(global);
    this.touch(file);
    for (const request of region.imports) this.load(file, request);
    for (const use of region.uses) this.use(file, use);
    for (const inner of this.world.inlineOf(global)) {
      const { kind } = this.world.region(inner);
      if (kind === 'object') this.offer(inner);
      if (!this.walls.calls.has(inner)) this.region(inner);
    }
  }

  private touch(file: number): void {
    if (!this.reached.hasFile(file)) this.reached.files.add(file);
  }

  /** A request is carried out: what it leads to is evaluated, unless the start did so already. */
  private load(file: number, request: number): void {
    const asked = this.world.files[file]!.summary!.imports[request]!;
    const key = this.world.keys.request(file, request);
    if (asked.specifier === null) {
      this.computed(file, request, key);
      return;
    }
    const target = this.world.files[file]!.targets[request] ?? -1;
    if (target < 0 || (this.attached === null && asked.kind === 'import')) return;
    if (asked.region === 0 && this.world.files[file]!.atStart) return;
    if (this.attached !== null) this.reached.requests.add(key);
    this.evaluate(target);
  }

  private evaluate(target: number): void {
    const { summary, atStart } = this.world.files[target]!;
    if (summary === null) this.file(target);
    else if (!atStart) this.region(this.world.base[target]!);
    else if (this.sweeping === 0) this.touch(target);
  }

  /** Computed names lead to what was seen, else to the folder they begin with, else nobody knows where. */
  private computed(file: number, request: number, key: number): void {
    if (this.attached === null) return;
    const { loads, folders } = this.world.files[file]!;
    const targets = loads.length > 0 ? loads : (folders?.get(request) ?? []);
    if (targets.length === 0) this.reached.unknown.add(key);
    else this.reached.requests.add(key);
    this.sweep(() => {
      for (const target of targets) {
        this.evaluate(target);
        this.exported(target, [], 'full');
      }
    });
  }

  /** A file without a summary, and all that it can load. */
  private file(first: number): void {
    const { files } = this.reached;
    const todo = [first];
    for (let file = todo.pop(); file !== undefined; file = todo.pop()) {
      if (this.reached.hasFile(file)) continue;
      const { summary, loads } = this.world.files[file]!;
      if (summary !== null) {
        const own = file;
        this.sweep(() => {
          this.evaluate(own);
          this.exported(own, [], 'full');
        });
        continue;
      }
      files.add(file);
      if (this.attached === null) continue;
      for (const next of loads) todo.push(next);
      for (const one of this.attached.toFile.get(file) ?? []) this.sweep(() => this.value(one.file, one.value, [], 'full'));
    }
  }

  private use(file: number, use: Use): void {
    if (use.how !== 'give') return this.value(file, use, [], use.how);
    const own = use.to != null && this.world.isOfApp(file, use.to);
    // What is stored in an object of the app is found again by its name.
    if (use.stored === true) return own ? undefined : this.value(file, use, [], 'take');
    this.value(file, use, [], own ? 'take' : 'full');
  }

  protected follow(file: number, value: Value, path: readonly string[], manner: Manner): void {
    if (value.as !== undefined) return this.made(file, value, path, manner);
    let whole = value.path.length === 0 ? path : path.length === 0 ? value.path : [...value.path, ...path];
    if (whole.length > longestPath) {
      // As in `node = node.next`, whose path would grow for ever.
      this.ask(whole.slice(longestPath), manner);
      whole = whole.slice(0, longestPath);
    }
    if (value.name === -1) return;
    if (value.name !== undefined) this.name(file, value.name, whole, manner);
    else if (value.request !== undefined) this.request(file, value.request, whole, manner);
    else if (value.region !== undefined) this.thing(this.world.base[file]! + value.region, whole, manner);
    else if (value.self !== undefined) this.thing(this.world.base[file]! + value.self, whole, manner);
    else this.ask(whole, manner);
  }

  /** An instance, or what a call gave. */
  private made(file: number, value: Value, path: readonly string[], manner: Manner): void {
    const { as, rest = [] } = value;
    const callee = this.world.keys.calleeOf(value);
    this.value(file, callee, [], 'run');
    const whole = (rest.length === 0 ? path : [...rest, ...path]).slice(0, longestPath);
    const classes = as === 'new' ? this.world.classesOf(file, callee) : [];
    for (const one of classes) {
      if (whole.length > 0) this.thing(one, whole, manner);
      else if (manner === 'full') this.members(one);
      else this.offer(one);
    }
    if (classes.length === 0) this.ask(whole, manner);
  }

  /** Members of something unknown: by name, of all that is available. */
  private ask(path: readonly string[], manner: Manner): void {
    path.forEach((key, i) => {
      if (key === anyMember && (manner !== 'run' || i < path.length - 1)) return;
      const { asked, base } = this.reached;
      if (this.reached.asks(key)) return;
      asked.add(key);
      const holders = key === anyMember ? [...this.reached.available, ...(base?.available ?? [])].filter((one) => this.world.region(one).kind === 'object') : this.world.having(key);
      for (const holder of holders) if (this.reached.offers(holder)) this.answer(holder, key);
    });
  }

  private answer(holder: number, key: string): void {
    this.sweep(() => {
      if (key === anyMember) this.members(holder);
      else this.thing(holder, [key], 'run');
    });
  }

  /** Makes a class or an object available to those who ask for members by name. */
  private offer(holder: number): void {
    if (this.reached.offers(holder)) return;
    this.reached.available.add(holder);
    const region = this.world.region(holder);
    const file = this.world.fileOf[holder]!;
    for (const key of Object.keys(region.members ?? {})) {
      if (key === anyMember) for (const value of valuesUnder(region.members!, key)) this.value(file, value, [], 'take');
      else if (this.reached.asks(key) || (region.kind === 'object' && this.reached.asks(anyMember))) this.answer(holder, key);
    }
    for (const above of region.extends ?? []) this.value(file, above, [], 'take');
  }

  private name(file: number, index: number, path: readonly string[], manner: Manner): void {
    if (!this.isNew(this.world.keys.ofName(this.world.keys.name(file, index), path, manner))) return;
    const { values, imported, container, type } = this.world.files[file]!.summary!.names[index]!;
    if (imported !== undefined) return this.request(file, imported.request, imported.member === '*' ? path : [imported.member, ...path], manner);
    for (const one of this.attached?.toName.get(this.world.keys.name(file, index)) ?? []) this.sweep(() => this.value(one.file, one.value, [], 'full'));
    for (const value of values) {
      if (isCode(this.world, file, value)) this.region(this.world.base[file]! + value.region!);
      else this.value(file, value, path, manner);
    }
    if (container !== undefined) this.thing(this.world.base[file]! + container, path, manner);
    if (path.length === 0 || values.some((value) => !isCode(this.world, file, value))) return;
    const classes = type === undefined ? [] : this.world.classesOf(file, type);
    for (const one of classes) this.thing(one, path, manner);
    if (classes.length === 0) this.ask(path, manner);
  }

  private request(file: number, request: number, path: readonly string[], manner: Manner): void {
    const asked = this.world.files[file]!.summary!.imports[request]!;
    if (asked.specifier === null) return this.computed(file, request, this.world.keys.request(file, request));
    const target = this.world.files[file]!.targets[request] ?? -1;
    if (target < 0) return;
    if (this.attached !== null) this.reached.requests.add(this.world.keys.request(file, request));
    this.evaluate(target);
    if (this.world.files[target]!.summary === null) return;
    const promised = asked.kind === 'dynamic-import' && ['then', 'catch', 'finally'].includes(path[0]!);
    this.exported(target, promised ? [] : path, promised ? 'full' : manner);
  }

  /** Exports of a file of the app: one of them, or all. */
  private exported(target: number, path: readonly string[], manner: Manner): void {
    const summary = this.world.files[target]!.summary;
    if (summary === null) return this.file(target);
    if (this.sweeping === 0) this.touch(target);
    const any = path[0] === anyMember;
    for (const one of exportsMeant(this.world, target, any ? [] : path)) this.value(one.file, one.value, any ? path : [], any && path.length === 1 ? 'full' : manner);
    if (path.length > 0 && !any) return;
    if (!this.isNew(this.world.keys.ofExports(target, manner))) return;
    for (const [name, values] of Object.entries(summary.exports)) if (name !== '=') for (const value of values) this.value(target, value, [], manner);
    for (const star of summary.stars) this.request(target, star, [], manner);
  }

  /** A function, class, object, or the code of an initializer. */
  private thing(global: number, path: readonly string[], manner: Manner): void {
    const { kind } = this.world.region(global);
    if (kind === 'class' || kind === 'object') {
      if (path.length > 0) this.member(global, path, manner);
      else {
        if (kind === 'class' && manner !== 'take') this.construct(global);
        if (manner === 'full') this.members(global);
        else this.offer(global);
      }
    } else this.region(global);
  }

  private construct(global: number): void {
    if (!this.isNew(this.world.keys.ofConstruction(global))) return;
    this.offer(global);
    const region = this.world.region(global);
    const file = this.world.fileOf[global]!;
    this.region(global);
    for (const value of valuesUnder(region.members!, 'constructor')) this.value(file, value, [], 'run');
    for (const above of region.extends ?? []) this.value(file, above, [], 'run');
  }

  private members(global: number): void {
    if (!this.isNew(this.world.keys.ofMembers(global))) return;
    const region = this.world.region(global);
    const file = this.world.fileOf[global]!;
    this.offer(global);
    if (region.kind === 'class') this.construct(global);
    this.sweep(() => {
      for (const values of Object.values(region.members!)) for (const value of values) this.value(file, value, [], 'full');
      for (const above of region.extends ?? []) this.value(file, above, [], 'full');
    });
  }

  private member(global: number, path: readonly string[], manner: Manner): void {
    const [key, ...rest] = path as [string, ...string[]];
    if (key === anyMember) return this.members(global);
    if (!this.isNew(this.world.keys.ofMember(global, path, manner))) return;
    const region = this.world.region(global);
    const file = this.world.fileOf[global]!;
    if (region.kind === 'class') this.construct(global);
    const found = valuesUnder(region.members!, key);
    this.holders(file, found, rest, manner);
    for (const container of this.world.containersOf(global)) this.holders(file, valuesUnder(this.world.region(container).members!, key), rest, manner);
    for (const below of this.world.subclasses(global)) this.holders(this.world.fileOf[below]!, valuesUnder(this.world.region(below).members!, key), rest, manner);
    if (found.length > 0 && region.kind !== 'class') return;
    if (found.length === 0 || manner === 'run') for (const above of region.extends ?? []) this.value(file, above, path, manner);
    if (found.length === 0) for (const value of valuesUnder(region.members!, anyMember)) this.value(file, extended(value, []), rest, manner);
  }

  private holders(file: number, values: readonly Value[], path: readonly string[], manner: Manner): void {
    for (const value of values) this.value(file, value, path, manner);
    // Only code made it: what it is, the text does not tell.
    if (path.length > 0 && values.length > 0 && values.every((value) => isCode(this.world, file, value))) this.ask(path, manner);
  }
}
