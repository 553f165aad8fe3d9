import { Project, ts } from 'ts-morph';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defineClass } from './classes.ts';
import { evaluate } from './expressions.ts';
import type { Frame, Loading, Machine, Traits } from './machine.ts';
import { hasModifier, isMinified, isModule, namesIn } from './module-syntax.ts';
import { furnish, jsonAt, type ReaderFiles } from './node.ts';
import { execute } from './statements.ts';
import { data, foreign, isCallable, native, nothing, object, read, stringOf, unknown, scopeIn, type ForeignValue, type ModuleState, type ObjectValue, type Place, type Value } from './values.ts';

/** Where a specifier leads. `package` is null for the app's own files and for what counts as such. */
export interface Target {
  file: string | null;
  /** `express`, `node:fs`. */
  name: string;
  /** Its sources are read like the app's own. */
  own: boolean;
}

export interface ReaderWorld {
  files: ReaderFiles;
  /** Folder of the app, where it is started. */
  root: string;
  resolve(specifier: string, from: string, kind: 'import' | 'require'): Target | null;
  traitsOf(name: string): Traits | null;
}

/** Who imported what, in the order it was met. */
export interface Link {
  from: string;
  target: Target;
  specifier: string;
  kind: 'import' | 'require';
  line: number;
}

/** Reads modules from the entry on, each once, following imports as they are met. */
export class Modules implements Loading {
  readonly links: Link[] = [];
  readonly states = new Map<string, ModuleState>();
  private readonly world: ReaderWorld;
  private readonly machine: Machine;
  private readonly project = new Project({ useInMemoryFileSystem: true, skipLoadingLibFiles: true, compilerOptions: { allowJs: true } });
  private readonly outside = new Map<string, ForeignValue>();
  private readonly aliases = new Map<string, Value>();
  private entry: string | null = null;

  constructor(world: ReaderWorld, machine: Machine) {
    this.world = world;
    this.machine = machine;
  }

  readEntry(file: string): void {
    this.entry = file;
    this.loadFile(file);
  }

  traitsOf(root: string): Traits | null {
    return this.world.traitsOf(root);
  }

  load(specifier: Value, from: ModuleState, kind: 'import' | 'require', at: Place): Value {
    const name = stringOf(specifier);
    if (name === null) {
      const why = specifier.kind === 'unknown' && specifier.why !== null ? specifier.why.place : at;
      return this.machine.unreadable('which module is loaded', why);
    }
    return this.loadNamed(name, from, kind, at);
  }

  private loadNamed(specifier: string, from: ModuleState, kind: 'import' | 'require', at: Place): Value {
    const target = this.world.resolve(this.aliased(specifier), from.file, kind);
    if (target === null) return this.machine.unreadable(`the module "${specifier}", which was not found`, at);
    this.links.push({ from: from.file, target, specifier, kind, line: at.line });
    if (target.own && target.file !== null) return this.loadFile(target.file);
    return this.outsideModule(target.name);
  }

  private aliased(specifier: string): string {
    for (const [alias, to] of this.aliases) {
      if (specifier !== alias && !specifier.startsWith(`${alias}/`)) continue;
      const folder = to.kind === 'data' ? to : this.machine.call(to, [], unknown, { file: '', line: 0, column: 0 });
      if (folder.kind === 'data') return resolve(String(folder.value) + specifier.slice(alias.length));
    }
    return specifier;
  }

  open(thing: ForeignValue): Value | null {
    const path: string[] = [];
    let at = thing;
    for (; at.parent !== null; at = at.parent) {
      if (at.how !== 'member') return null;
      path.unshift(at.name);
    }
    const link = this.links.find(({ target }) => target.name === thing.root && !target.own && target.file !== null && /\.[cm]?js$/.test(target.file));
    if (link === undefined || thing.root.startsWith('node:') || thing.root === 'language') return null;
    const exported = this.loadFile(link.target.file!);
    const start = path.length === 0 ? defaultOf(this.machine, exported) : exported;
    return path.reduce<Value>((value, name) => this.machine.member(value, name), start);
  }

  /** A package or built-in whose sources are not read. */
  outsideModule(name: string): Value {
    let module = this.outside.get(name);
    if (module === undefined) {
      module = furnish(this.machine, foreign({ root: name, how: 'import', name }), this.world.files, this.world.root);
      this.outside.set(name, module);
      if (name === 'module-alias') this.addAliasing(module);
      if (name === 'node:module') module.props.set('createRequire', native('createRequire', ([from]) => this.requireFrom(stringOf(from) ?? '')));
    }
    if (name === 'node:process') return this.machine.globals.get('process') ?? module;
    return module;
  }

  private addAliasing(module: ForeignValue): void {
    module.props.set('addAlias', native('addAlias', ([alias, to]) => {
      if (stringOf(alias) !== null && to !== undefined) this.aliases.set(stringOf(alias)!, to);
      return nothing;
    }));
    module.props.set('addAliases', native('addAliases', ([all]) => {
      if (all?.kind === 'object') for (const [alias, to] of all.props) this.aliases.set(alias, read(to));
      return nothing;
    }));
  }

  private requireFrom(url: string): Value {
    const file = url.startsWith('file:') ? decodeURIComponent(new URL(url).pathname) : url;
    const state = this.states.get(file);
    return state === undefined ? unknown : this.requireOf(state);
  }

  private requireOf(state: ModuleState): Value {
    const require = native('require', ([specifier = unknown], _, at) => this.load(specifier, state, 'require', at));
    require.props.set('resolve', native('require.resolve', ([specifier = unknown]) => {
      const file = this.world.resolve(stringOf(specifier) ?? '', state.file, 'require')?.file;
      return typeof file === 'string' ? data(file) : unknown;
    }));
    require.props.set('main', { kind: 'getter', get: () => (state.file === this.entry ? this.moduleObject(state) : object()) });
    return require;
  }

  private readonly moduleObjects = new Map<ModuleState, ObjectValue>();

  private moduleObject(state: ModuleState): ObjectValue {
    let made = this.moduleObjects.get(state);
    if (made === undefined) {
      made = object([['exports', state.exports], ['filename', data(state.file)], ['id', data(state.file)]]);
      this.moduleObjects.set(state, made);
    }
    return made;
  }

  loadFile(file: string): Value {
    const known = this.states.get(file);
    if (known !== undefined) return this.exportsOf(known);
    if (file.endsWith('.json')) return jsonAt(this.world.files, file);
    const text = this.world.files.read(file);
    if (text === null || file.endsWith('.node')) return unknown;
    if (isMinified(text)) return this.machine.unreadable('a large file of minified code', { file, line: 1, column: 1 });
    const source = this.project.createSourceFile(file, text.replace(/^#!/, '//'), { overwrite: true }).compilerNode;
    const state: ModuleState = { file, esm: isModule(source), scope: scopeIn(null, true), exports: object(), source };
    this.states.set(file, state);
    this.evaluateModule(state);
    return this.exportsOf(state);
  }

  /** For a module that is still being evaluated these are the exports so far. */
  private exportsOf(state: ModuleState): Value {
    return read(this.moduleObject(state).props.get('exports') ?? unknown);
  }

  private evaluateModule(state: ModuleState): void {
    const { scope, file } = state;
    const names: [string, Value][] = [
      ['module', this.moduleObject(state)],
      ['exports', state.exports],
      ['require', this.requireOf(state)],
      ['__filename', data(file)],
      ['__dirname', data(dirname(file))],
      ['import.meta', this.importMeta(state)],
    ];
    for (const [name, value] of names) scope.names.set(name, value);
    const frame: Frame = { module: state, scope, self: state.exports, fn: null, returns: [], unsure: 0 };
    const { statements } = state.source;
    if (state.esm) (state.exports as ObjectValue).props.set('__esModule', data(true));
    for (const statement of statements) this.hoist(statement, state, frame);
    for (const statement of statements) {
      if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement) || ts.isImportEqualsDeclaration(statement)) continue;
      if (ts.isExportAssignment(statement)) this.exportDefault(statement, state, frame);
      else if (ts.isClassDeclaration(statement)) this.exportNamed(statement, defineClass(this.machine, statement, frame), state);
      // What is thrown at top level may depend on what is not known here: the rest counts nevertheless.
      else if (this.executeSafely(statement, frame)) break;
    }
  }

  /** True where the module returns there. */
  private executeSafely(statement: ts.Statement, frame: Frame): boolean {
    try {
      return execute(this.machine, statement, frame)?.type === 'return';
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.machine.note('an expression that is nested too deep', this.machine.placeOf(statement, frame));
      return false;
    }
  }

  private importMeta({ file }: ModuleState): Value {
    const resolveFrom = native('resolve', ([specifier = unknown]) => {
      const found = this.world.resolve(stringOf(specifier) ?? '', file, 'import')?.file;
      return typeof found === 'string' ? data(pathToFileURL(found).href) : unknown;
    });
    return object([['url', data(pathToFileURL(file).href)], ['filename', data(file)], ['dirname', data(dirname(file))], ['resolve', resolveFrom], ['env', unknown], ['main', data(file === this.entry)]]);
  }

  /** Imports, functions and exported names, which are there before the first statement runs. */
  private hoist(statement: ts.Statement, state: ModuleState, frame: Frame): void {
    if (ts.isImportDeclaration(statement)) this.importNames(statement, state, frame);
    else if (ts.isExportDeclaration(statement)) this.exportNames(statement, state, frame);
    else if (ts.isImportEqualsDeclaration(statement)) this.importEquals(statement, state, frame);
    else if (ts.isFunctionDeclaration(statement) && statement.body !== undefined) {
      const made = this.machine.functionValue(statement, frame);
      if (statement.name !== undefined) state.scope.names.set(statement.name.text, made);
      this.exportNamed(statement, made, state);
    } else if (ts.isVariableStatement(statement) && hasModifier(statement, ts.SyntaxKind.ExportKeyword)) {
      for (const { name } of statement.declarationList.declarations) for (const one of namesIn(name)) this.exportName(state, one, one);
    } else if ((ts.isEnumDeclaration(statement) || ts.isModuleDeclaration(statement)) && hasModifier(statement, ts.SyntaxKind.ExportKeyword)) {
      this.exportName(state, statement.name.text, statement.name.text);
    }
  }

  private importNames(statement: ts.ImportDeclaration, state: ModuleState, frame: Frame): void {
    const { importClause, moduleSpecifier } = statement;
    if (importClause?.isTypeOnly === true) return;
    const exported = this.loadNamed((moduleSpecifier as ts.StringLiteral).text, state, 'import', this.machine.placeOf(statement, frame));
    if (importClause === undefined) return;
    const set = (name: string, get: () => Value): void => void state.scope.names.set(name, { kind: 'getter', get });
    if (importClause.name !== undefined) set(importClause.name.text, () => defaultOf(this.machine, exported));
    const bindings = importClause.namedBindings;
    if (bindings === undefined) return;
    if (ts.isNamespaceImport(bindings)) set(bindings.name.text, () => exported);
    else for (const { name, propertyName, isTypeOnly } of bindings.elements) if (!isTypeOnly) set(name.text, () => this.named(exported, (propertyName ?? name).text));
  }

  private importEquals(statement: ts.ImportEqualsDeclaration, state: ModuleState, frame: Frame): void {
    if (statement.isTypeOnly || !ts.isExternalModuleReference(statement.moduleReference)) return;
    const specifier = evaluate(this.machine, statement.moduleReference.expression, frame);
    state.scope.names.set(statement.name.text, this.load(specifier, state, 'require', this.machine.placeOf(statement, frame)));
  }

  private named(exported: Value, name: string): Value {
    return name === 'default' ? defaultOf(this.machine, exported) : this.machine.member(exported, name);
  }

  private exportNames(statement: ts.ExportDeclaration, state: ModuleState, frame: Frame): void {
    if (statement.isTypeOnly) return;
    const props = (state.exports as ObjectValue).props;
    const from = statement.moduleSpecifier === undefined ? null : this.loadNamed((statement.moduleSpecifier as ts.StringLiteral).text, state, 'import', this.machine.placeOf(statement, frame));
    const { exportClause } = statement;
    if (exportClause === undefined) {
      if (from?.kind === 'object' || from?.kind === 'function') for (const key of from.props.keys()) if (key !== 'default' && !props.has(key)) props.set(key, { kind: 'getter', get: () => this.machine.member(from, key) });
      return;
    }
    if (ts.isNamespaceExport(exportClause)) {
      props.set(exportClause.name.text, from ?? unknown);
      return;
    }
    for (const { name, propertyName, isTypeOnly } of exportClause.elements) {
      if (isTypeOnly) continue;
      const local = (propertyName ?? name).text;
      if (from === null) this.exportName(state, name.text, local);
      else props.set(name.text, { kind: 'getter', get: () => this.named(from, local) });
    }
  }

  private exportName(state: ModuleState, name: string, local: string): void {
    (state.exports as ObjectValue).props.set(name, { kind: 'getter', get: () => read(state.scope.names.get(local) ?? unknown) });
  }

  private exportNamed(statement: ts.FunctionDeclaration | ts.ClassDeclaration, made: Value, state: ModuleState): void {
    if (!hasModifier(statement, ts.SyntaxKind.ExportKeyword)) return;
    const name = hasModifier(statement, ts.SyntaxKind.DefaultKeyword) ? 'default' : statement.name?.text;
    if (name !== undefined) (state.exports as ObjectValue).props.set(name, made);
  }

  private exportDefault(statement: ts.ExportAssignment, state: ModuleState, frame: Frame): void {
    const value = evaluate(this.machine, statement.expression, frame);
    if (statement.isExportEquals === true) this.moduleObject(state).props.set('exports', value);
    else (state.exports as ObjectValue).props.set('default', value);
  }
}

/** What `import x from` gives: the default export, or all of a CommonJS module. */
export function defaultOf(machine: Machine, exported: Value): Value {
  if (exported.kind === 'foreign') return machine.member(exported, 'default');
  if ((exported.kind === 'object' || isCallable(exported)) && exported.props.has('default')) return read(exported.props.get('default')!);
  return exported;
}
