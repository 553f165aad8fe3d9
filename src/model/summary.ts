// What one source text says about reach, as plain data: it depends on the text alone, so it is kept by content hash.

/** What is meant, as far as the text tells, and the properties read off it; `*` is a computed one. Without any of the four: something unknown. */
export interface Ref {
  /** Index into `names`; -1 is a global of the language or of Node. */
  name?: number;
  /** Index into `imports`: a `require()` or `import()` whose value is used in place. */
  request?: number;
  region?: number;
  /** `this` inside a member of that class or object. */
  self?: number;
  path: string[];
}

/** Where a value may come from: the thing itself, an instance of it, or what calling it gives. */
export interface Value extends Ref {
  as?: 'new' | 'call';
  /** Properties read off the instance or the result. */
  rest?: string[];
}

/** One mention. `run`: called or constructed. `give`: handed to `to` (null: to something unknown). `take`: anything else. */
export interface Use extends Value {
  how: 'run' | 'give' | 'take';
  to?: Value | null;
  /** Handed over by an assignment to a property. */
  stored?: true;
}

/**
 * A piece of the text that runs, or is chosen, on its own. `inline` ones run, or may, whenever their parent does;
 * the others when they are named. `call` stands for one call with its arguments.
 */
export interface Region {
  kind: 'top' | 'function' | 'class' | 'object' | 'value' | 'call' | 'decorators';
  line: number;
  column: number;
  endLine: number;
  /** Offset right behind it in the text. */
  end: number;
  parent: number;
  inline: boolean;
  uses: Use[];
  /** Indices into `imports` of what is asked for here. */
  imports: number[];
  /** Of classes and objects: what their properties may be; `*` where the key is not told. Static and instance members are not told apart. */
  members?: Record<string, Value[]>;
  /** What it inherits or copies properties from. */
  extends?: Value[];
  /** Regions of the decorators of a class, and of its members by name. */
  decorators?: Record<string, number[]>;
}

/** A variable of any scope. */
export interface Name {
  /** A region of kind `value` among them is the code that runs to make it. */
  values: Value[];
  /** Handed in from outside: a parameter, a caught error. */
  given?: true;
  /** What its type annotation names. */
  type?: Ref;
  /** The region that holds properties assigned to it. */
  container?: number;
  imported?: { request: number; member: string };
}

export interface ImportRequest {
  /** Null when it is computed. */
  specifier: string | null;
  kind: 'import' | 'require' | 'dynamic-import';
  line: number;
  region: number;
  /** Literal folder, from the file's own, that a computed specifier begins with. */
  folder?: string;
  /** Nothing is made of what it gives: it is asked for because of what loading it does. */
  bare?: true;
}

export interface FileSummary {
  /** The first is the top level. */
  regions: Region[];
  names: Name[];
  imports: ImportRequest[];
  /** By exported name; `=` is what `module.exports` is set to. */
  exports: Record<string, Value[]>;
  /** Requests whose exports are exported again. */
  stars: number[];
}

/** The values under a key, which may be one that every object inherits, such as `constructor`. */
export function valuesUnder(record: Readonly<Record<string, Value[]>>, key: string): readonly Value[] {
  return Object.hasOwn(record, key) ? record[key]! : [];
}
