import type { Node, VariableDeclaration, VariableDeclarator } from 'oxc-parser';
import type { ReasonCode } from '../model/deferrals.ts';
import type { Edit } from './edits.ts';
import { bindingsOf, emittedKind } from './imports.ts';
import { isCallable } from './moment.ts';
import type { SourceFormat } from './parse.ts';
import { placesFor, type MayWait, type Place } from './places.ts';
import { isConstant, readModule, type SourceModule, type Variable } from './scopes.ts';
import { sitesOf, type Site } from './sites.ts';
import { usesOf } from './uses.ts';

export type Codemod = { edits: Edit[]; changed: string[]; refused: { specifier: string; reason: ReasonCode }[] };

/** The import or declarator that is taken from the top of a file, and the statement that each function gets instead. */
type Move = { taken: Node; statementIn: (place: Place) => string; comment: string; places: Place[] };

/**
 * The edits a person would make by hand: a `require` moves into the functions that use it, an `import` becomes `await import()`
 * in async functions where they wait anyway, or where by `mayWait` another wait shows to nobody. What would need more than that,
 * or mean something else, is refused. Pure.
 */
export function codemod(source: string, cuts: readonly { specifier: string }[], format: SourceFormat, mayWait: MayWait = () => false): Codemod {
  const result: Codemod = { edits: [], changed: [], refused: [] };
  const module = readModule(source, format);
  const moves: Move[] = [];
  for (const specifier of new Set(cuts.map((cut) => cut.specifier))) {
    const found = module === null ? 'NOT_PARSED' : moveOf(module, specifier, mayWait);
    if (found === null) continue;
    if (typeof found === 'string') result.refused.push({ specifier, reason: found });
    else {
      moves.push(...found);
      result.changed.push(specifier);
    }
  }
  if (module !== null && moves.length > 0) result.edits = editsOf(module, moves);
  return result;
}

/** How to move all imports of a specifier; null when there is none at load. */
function moveOf(module: SourceModule, specifier: string, mayWait: MayWait): Move[] | ReasonCode | null {
  const sites = sitesOf(module).filter((site) => site.specifier === specifier && site.where !== 'function' && emittedKind(module, site) !== null);
  if (sites.length === 0) return null;
  if (module.dynamic) return 'CANNOT_REWRITE';
  const moves: Move[] = [];
  for (const site of sites) {
    const move = site.choice === 'eager' ? 'OPT_OUT' : siteMove(module, site, mayWait);
    if (typeof move === 'string') return move;
    moves.push(move);
  }
  return moves;
}

function siteMove(module: SourceModule, site: Site, mayWait: MayWait): Move | ReasonCode {
  const { node, declarator, kind } = site;
  if (kind === 'side-effect-import' || kind === 'bare-require') return 'SIDE_EFFECT_IMPORT';
  if (kind === 'export-from' || kind === 'export-star' || kind === 'exported-require') return 'REEXPORT';
  const isImport = node.type === 'ImportDeclaration' && node.phase === null && node.attributes.length === 0;
  const isRequire = declarator?.parent?.parent?.type === 'Program' && site.helper === null && kind !== 'called-require';
  if (!isImport && !isRequire) return 'CANNOT_REWRITE';
  const made = bindingsOf(module, site);
  const obstacle = made.map(({ variable }) => obstacleTo(module, variable)).find((reason) => reason !== null);
  if (obstacle != null) return obstacle;
  const uses = made.flatMap(({ variable }) => module.usesOf(variable));
  const places = placesFor(module, uses, isImport ? mayWait : null);
  if (places === null || places.length === 0 || made.some(({ variable }) => isDeclaredIn(module, places, variable))) return 'CANNOT_REWRITE';
  // A function gets no name that it does not use.
  const usedIn = ({ owner }: Place): typeof made => made.filter(({ variable }) => module.usesOf(variable).some((use) => use.start >= owner.start && use.end <= owner.end));
  if (isImport) return { taken: node, statementIn: (place) => dynamicImport(module, usedIn(place), node), comment: commentAfter(module, node), places };
  const declaration = declarator!.parent as VariableDeclaration;
  const comment = declaration.declarations.length === 1 ? commentAfter(module, declaration) : '';
  return { taken: declarator!, statementIn: (place) => `${declaration.kind} ${declaratorWith(module, declarator!, usedIn(place))}`, comment, places };
}

/** A declarator as it is written, but of a plain pattern only what makes some of its variables. */
function declaratorWith(module: SourceModule, { id, start, end }: VariableDeclarator, made: readonly { variable: Variable }[]): string {
  const written = module.source.slice(start, end);
  if (id.type !== 'ObjectPattern' || !id.properties.every((property) => property.type === 'Property' && property.value.type === 'Identifier')) return written;
  const names = new Set(made.map(({ variable }) => variable.name));
  const kept = id.properties.filter((property) => property.type === 'Property' && property.value.type === 'Identifier' && names.has(property.value.name));
  if (kept.length === id.properties.length) return written;
  return `{ ${kept.map((property) => module.source.slice(property.start, property.end)).join(', ')} }${module.source.slice(id.end, end)}`;
}

function obstacleTo(module: SourceModule, variable: Variable): ReasonCode | null {
  if (!isConstant(module, variable)) return 'LIVE_BINDING_WRITTEN';
  for (const { how, moment } of usesOf(module, variable)) {
    if (how === 'pragma' || how === 'delete') return 'CANNOT_REWRITE';
    if (how === 'metadata' || moment.through === 'decorator') return 'DECORATOR';
    if (moment.at === 'function') continue;
    if (how === 'reexport') return 'REEXPORT';
    return moment.through === 'extends' ? 'EXTENDS' : 'TOP_LEVEL_USE';
  }
  return null;
}

/** True when a function that would get the variable has another one of that name at the same level. */
function isDeclaredIn(module: SourceModule, places: Place[], { name }: Variable): boolean {
  return places.some(({ owner }) => isCallable(owner) && module.declaresInside(owner).includes(name));
}

function dynamicImport(module: SourceModule, made: { variable: Variable; imported: string | null }[], node: Node): string {
  const written = module.source.slice(node.start, node.end);
  const specifier = /(['"])[^'"]*\1(?=[^'"]*$)/.exec(written)![0];
  const namespace = made.find(({ imported }) => imported === '*');
  if (namespace !== undefined && made.length === 1) return `const ${namespace.variable.name} = await import(${specifier})`;
  const names = made.map(({ variable, imported }) => (imported === variable.name ? imported : `${/^[\w$]+$/.test(imported!) ? imported : JSON.stringify(imported)}: ${variable.name}`));
  return `const { ${names.join(', ')} } = await import(${specifier})`;
}

/** Takes an import out; names that types still need stay as an `import type`. */
function importRemoval(module: SourceModule, node: Node & { type: 'ImportDeclaration' }): Edit {
  const typed = node.specifiers.filter((specifier) => (specifier.type === 'ImportSpecifier' && specifier.importKind === 'type') || module.declares(specifier).some((variable) => module.typeUsesOf(variable).length > 0));
  if (typed.length === 0) return lineOf(module, node);
  const text = (specifier: Node) => module.source.slice(specifier.start, specifier.end).replace(/^type\s+/, '');
  const named = typed.filter(({ type }) => type === 'ImportSpecifier').map(text);
  const others = typed.filter(({ type }) => type !== 'ImportSpecifier').map(text);
  const source = module.source.slice(node.source.start, node.end);
  const clauses = [...others, ...(named.length > 0 ? [`{ ${named.join(', ')} }`] : [])];
  // A type import has one clause: a default and names need two.
  return { start: node.start, end: node.end, text: clauses.map((clause) => `import type ${clause} from ${source}`).join('\n') };
}

/** Takes declarators out of their list, each run of them with the commas on the side of what stays. */
function declaratorRemovals(module: SourceModule, declaration: VariableDeclaration, gone: Set<Node>): Edit[] {
  const { declarations } = declaration;
  if (declarations.every((one) => gone.has(one))) return [lineOf(module, declaration)];
  const edits: Edit[] = [];
  for (let index = 0; index < declarations.length; index += 1) {
    if (!gone.has(declarations[index]!)) continue;
    const first = index;
    while (gone.has(declarations[index + 1] ?? declaration)) index += 1;
    const previous = declarations[first - 1];
    edits.push(previous === undefined ? { start: declarations[first]!.start, end: declarations[index + 1]!.start, text: '' } : { start: previous.end, end: declarations[index]!.end, text: '' });
  }
  return edits;
}

/** The comment at the end of a statement's line, which goes where the statement goes. */
function commentAfter({ source }: SourceModule, { end }: Node): string {
  return /^[^\S\r\n]*\/\/[^\r\n]*/.exec(source.slice(end))?.[0] ?? '';
}

/** The statement with its comment and line break, when nothing else is on its lines. */
function lineOf({ source }: SourceModule, { start, end }: Node): Edit {
  const after = /^[^\S\r\n]*(\/\/[^\r\n]*)?(\r?\n|$)/.exec(source.slice(end));
  const alone = /(^|\n)[^\S\n]*$/.exec(source.slice(0, start));
  if (after === null || alone === null) return { start, end, text: '' };
  return { start: alone.index + alone[1]!.length, end: end + after[0].length, text: '' };
}

function editsOf(module: SourceModule, moves: Move[]): Edit[] {
  const gone = new Set(moves.map(({ taken }) => taken));
  const removals = module.syntax.program.body.flatMap((statement) => {
    if (statement.type === 'ImportDeclaration') return gone.has(statement) ? [importRemoval(module, statement)] : [];
    return statement.type === 'VariableDeclaration' ? declaratorRemovals(module, statement, gone) : [];
  });
  return [...removals, ...insertions(module, moves)].sort((a, b) => a.start - b.start || a.end - b.end);
}

function insertions({ source }: SourceModule, moves: Move[]): Edit[] {
  const semicolon = /;\s*(\/\/.*)?$/m.test(source) ? ';' : '';
  const byPlace = new Map<number, { place: Place; statements: string[] }>();
  for (const { statementIn, comment, places } of [...moves].sort((a, b) => a.taken.start - b.taken.start)) {
    for (const place of places) {
      const there = byPlace.get(place.start) ?? { place, statements: [] };
      there.statements.push(`${statementIn(place)}${semicolon}${comment}`);
      byPlace.set(place.start, there);
    }
  }
  return [...byPlace.values()].flatMap(({ place, statements }) => place.insert(statements));
}
