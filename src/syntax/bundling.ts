import type { Node } from 'oxc-parser';
import type { Edit } from './edits.ts';
import type { SourceFormat } from './parse.ts';
import { walk } from './parse.ts';
import { readModule, type SourceModule } from './scopes.ts';

/**
 * What keeps a module out of a bundle. native: it loads an add-on; computed: it asks for modules by names that only running
 * tells; loader: it reaches into Node's loader or its own module; beside: it looks for files beside its source.
 */
export type BundleObstacle = 'native' | 'computed' | 'loader' | 'beside';

export interface BundleView {
  /** With the line where each was seen first. */
  obstacles: Map<BundleObstacle, number>;
  /** Where the text says where it lies or whether it is the main module: what can be written out instead. */
  places: { start: number; end: number; says: 'dirname' | 'filename' | 'url' | 'is-main' | 'parent'; shorthand?: boolean }[];
}

/** Packages whose calls find and load an add-on. */
const ADDON_FINDERS = new Set(['bindings', 'node-gyp-build', '@mapbox/node-pre-gyp', 'node-pre-gyp', 'prebuild-install', 'pkg-prebuilds', 'detect-libc', '@neon-rs/load', 'napi-macros']);
const LOADER_PARTS = new Set(['parent', 'children', 'paths', 'filename', 'id', 'loaded', 'require', 'constructor', 'path']);
const LITERAL_REQUIRE = /\brequire\(\s*(['"])[^'"\n]+\1\s*\)/g;
const SUSPICIOUS = /\brequire\b|__dirname|__filename|\bimport\s*\.\s*meta|\bimport\s*\(|\bmodule\s*\.\s*(?!exports)|\bcreateRequire\b|\bdlopen\b/;

/** What a bundle would change about a module; a text that cannot be read has nothing to tell, because a bundler cannot read it either. */
export function bundleView(source: string, format: SourceFormat): BundleView {
  const view: BundleView = { obstacles: new Map(), places: [] };
  const addon = [...source.matchAll(LITERAL_REQUIRE)].find(([call]) => isAddon(call.replace(/^require\(\s*['"]|['"]\s*\)$/g, '')));
  // Most texts only require literals: they need no tree.
  if (addon === undefined && !SUSPICIOUS.test(source.replace(LITERAL_REQUIRE, ''))) return view;
  const module = readModule(source, format);
  if (module === null) return view;
  const note = (obstacle: BundleObstacle, node: Node): void => {
    if (!view.obstacles.has(obstacle)) view.obstacles.set(obstacle, module.lineAt(node.start));
  };
  walk(module.syntax.program, (node) => {
    if (node.type === 'Identifier' && isFree(module, node)) identifier(node, module, view, note);
    else if (node.type === 'ImportExpression' && literalOf(node.source) === null) note('computed', node);
    else if (node.type === 'MetaProperty' && node.meta.name === 'import') meta(node, view, note);
    else if (node.type === 'ImportSpecifier' && node.imported.type === 'Identifier' && node.imported.name === 'createRequire') note('loader', node);
    else if (node.type === 'MemberExpression' && node.object.type === 'Identifier' && node.object.name === 'process' && propertyOf(node) === 'dlopen') note('native', node);
    else if (node.type === 'MemberExpression' && propertyOf(node) === 'createRequire') note('loader', node);
  });
  return view;
}

type Note = (obstacle: BundleObstacle, node: Node) => void;

function identifier(node: Node & { type: 'Identifier' }, module: SourceModule, view: BundleView, note: Note): void {
  const { name } = node;
  if (name === '__dirname') place(view, node, 'dirname');
  else if (name === '__filename') place(view, node, 'filename');
  else if (name === 'require') required(node, view, note);
  else if (name === 'module' && module.format.module === 'cjs') ownModule(node, view, note);
}

function required(node: Node, view: BundleView, note: Note): void {
  const { parent } = node as { parent: Node };
  if (parent.type === 'CallExpression' && parent.callee === (node as unknown)) {
    const specifier = parent.arguments.length === 0 ? null : literalOf(parent.arguments[0]!);
    if (specifier === null) note('computed', node);
    else if (isAddon(specifier)) note('native', node);
  } else if (parent.type === 'MemberExpression' && parent.object === (node as unknown)) {
    const property = propertyOf(parent);
    if (property === 'resolve') note('computed', node);
    else if (property !== 'main') note('loader', node);
    else isMain(parent, view);
  } else if (!(parent.type === 'UnaryExpression' && parent.operator === 'typeof')) note('computed', node);
}

/** `require.main === module`, either way around. */
function isMain(main: Node, view: BundleView): void {
  const { parent } = main as { parent: Node };
  if (parent.type !== 'BinaryExpression' || !/^[!=]==?$/.test(parent.operator)) return;
  const other = parent.left === (main as unknown) ? parent.right : parent.left;
  if (other.type !== 'Identifier' || other.name !== 'module') return;
  const { start, end } = main;
  // Both sides stay: what stands for require.main is the module itself, or nothing.
  view.places.push({ start, end, says: 'is-main' });
}

function ownModule(node: Node, view: BundleView, note: Note): void {
  const { parent } = node as { parent: Node };
  if (parent.type !== 'MemberExpression' || parent.object !== (node as unknown)) return;
  const property = propertyOf(parent);
  if (property === 'parent') {
    const { start, end } = parent;
    view.places.push({ start, end, says: 'parent' });
  } else if (property === null || LOADER_PARTS.has(property)) note('loader', node);
}

function meta(node: Node, view: BundleView, note: Note): void {
  const { parent } = node as { parent: Node };
  const says = parent.type === 'MemberExpression' && parent.object === (node as unknown) ? propertyOf(parent) : null;
  if (says === 'url' || says === 'dirname' || says === 'filename') place(view, parent, says);
  else if (says === 'main') view.places.push({ start: parent.start, end: parent.end, says: 'is-main' });
  else note(says === 'resolve' ? 'computed' : 'loader', node);
}

function place(view: BundleView, node: Node, says: 'dirname' | 'filename' | 'url'): void {
  const { start, end } = node;
  const { parent } = node as { parent: Node };
  view.places.push({ start, end, says, shorthand: parent.type === 'Property' && parent.shorthand });
}

/** Texts that say where the module lies when it runs from a bundle: `at` makes an expression of the path, relative to the bundle. */
export function placesWrittenOut({ places }: BundleView, source: string, texts: { dirname: string; filename: string; url: string; entry: boolean }): Edit[] {
  return places.map(({ start, end, says, shorthand }) => {
    const said = source.slice(start, end);
    const isEsm = said.startsWith('import');
    const text = says === 'parent' ? 'null' : says === 'is-main' ? (isEsm ? String(texts.entry) : texts.entry ? 'module' : 'null') : texts[says];
    return { start, end, text: shorthand === true ? `${said}: ${text}` : text };
  });
}

function isFree(module: SourceModule, node: Node): boolean {
  const { name } = node as { name: string };
  if (!/^(require|module|__dirname|__filename)$/.test(name)) return false;
  const { parent } = node as { parent: Node };
  const isName = (parent.type === 'MemberExpression' && parent.property === (node as unknown) && !parent.computed) || (parent.type === 'Property' && parent.key === (node as unknown) && parent.value !== (node as unknown) && !parent.computed);
  return !isName && module.resolve(node) === null;
}

function propertyOf(member: Node): string | null {
  const { property, computed } = member as unknown as { property: Node; computed: boolean };
  if (!computed) return (property as unknown as { name: string }).name;
  return literalOf(property);
}

function literalOf(node: Node): string | null {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  return node.type === 'TemplateLiteral' && node.expressions.length === 0 ? (node.quasis[0]?.value.cooked ?? null) : null;
}

function isAddon(specifier: string): boolean {
  return specifier.endsWith('.node') || ADDON_FINDERS.has(specifier);
}
