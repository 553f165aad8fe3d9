import { parseSync, visitorKeys, type Comment, type Node, type ParserOptions, type Program } from 'oxc-parser';

/** How a file is to be read: what Node takes it for once it runs, and the language it is written in. */
export type SourceFormat = {
  module: 'cjs' | 'esm';
  language: 'js' | 'jsx' | 'ts' | 'tsx';
  /** What decides which TypeScript imports are left out of the output. Absent: the compiler's defaults. */
  compiler?: { verbatimModuleSyntax?: boolean; importsNotUsedAsValues?: 'remove' | 'preserve' | 'error'; emitDecoratorMetadata?: boolean };
};

/** A syntax tree whose nodes know their parent. Offsets count UTF-16 units of the text, as string methods do. */
export type Syntax = {
  program: Program;
  comments: Comment[];
  /** Read as an ES module: always so for `esm`, and for a CommonJS file written with `import`. */
  module: boolean;
  hasJsx: boolean;
};

/**
 * Reads a source text; null when it is not valid in the given format. A CommonJS file may return at top level, and is
 * tried as an ES module too, because compilers turn `import` into `require`. A `.js` file may hold JSX.
 */
export function parse(source: string, format: SourceFormat): Syntax | null {
  const read = parseTree(source, format);
  return read && { ...read, hasJsx: adopt(read.program) };
}

/** The same without parents, in half the time. */
export function parseTree(source: string, format: SourceFormat): Omit<Syntax, 'hasJsx'> | null {
  const { language } = format;
  const languages: ParserOptions['lang'][] = language === 'js' ? ['js', 'jsx'] : [language];
  for (const sourceType of format.module === 'esm' ? (['module'] as const) : (['commonjs', 'module'] as const)) {
    for (const lang of languages) {
      const result = parseSync(`file.${lang}`, source, { lang, sourceType, astType: 'ts', range: true, preserveParens: false });
      if (result.errors.some(({ severity }) => severity === 'Error')) continue;
      return { program: result.program, comments: result.comments, module: sourceType === 'module' };
    }
  }
  return null;
}

/** `src/users.mts` is TypeScript; everything unknown is JavaScript. */
export function languageOf(file: string): SourceFormat['language'] {
  const extension = /\.[cm]?(tsx?|jsx)$/.exec(file)?.[1];
  return (extension as SourceFormat['language'] | undefined) ?? 'js';
}

/** The nodes right below a node, in source order. */
export function childrenOf(node: Node): Node[] {
  const found: Node[] = [];
  const fields = node as unknown as Record<string, Node | (Node | null)[] | null | undefined>;
  for (const key of visitorKeys[node.type] ?? []) {
    const child = fields[key];
    if (child == null) continue;
    if (!Array.isArray(child)) found.push(child);
    else for (const one of child) if (one !== null) found.push(one);
  }
  return found;
}

/** Visits a node and all nodes below it, in source order; `enter` returns false to leave out what is below. */
export function walk(root: Node, enter: (node: Node) => boolean | void): void {
  // Without recursion: minified bundles nest tens of thousands of nodes deep.
  const open: Node[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    // One by one: a data file's list has more elements than a call may have arguments.
    if (enter(node) !== false) for (const child of childrenOf(node).reverse()) open.push(child);
  }
}

/** Tells every node its parent; true when there is JSX among them. */
function adopt(root: Node): boolean {
  let hasJsx = false;
  walk(root, (node) => {
    if (node.type === 'JSXElement' || node.type === 'JSXFragment') hasJsx = true;
    for (const child of childrenOf(node)) child.parent = node as never;
  });
  return hasJsx;
}
