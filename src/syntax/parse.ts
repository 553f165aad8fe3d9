import { parseSync, rawTransferSupported, visitorKeys, type Comment, type Node, type ParseResult, type ParserOptions, type Program } from 'oxc-parser';

/** How a file is to be read: what Node takes it for once it runs, and the language it is written in. */
export type SourceFormat = {
  module: 'cjs' | 'esm';
  language: 'js' | 'jsx' | 'ts' | 'tsx';
  /** What decides which TypeScript imports are left out of the output, and what becomes of the others. Absent: the compiler's defaults. */
  compiler?: { verbatimModuleSyntax?: boolean; importsNotUsedAsValues?: 'remove' | 'preserve' | 'error'; emitDecoratorMetadata?: boolean; module?: string };
};

/** A syntax tree whose nodes know their parent. Offsets count UTF-16 units of the text, as string methods do. */
export type Syntax = {
  program: Program;
  comments: Comment[];
  /** Read as an ES module: always so for `esm`, and for a CommonJS file written with `import`. */
  module: boolean;
  hasJsx: boolean;
  /** True where `eval` or `with` can reach names by other ways than writing them. */
  dynamic: boolean;
  /** How many nodes the innermost one is in. */
  depth: number;
  /** What may ask for another module, in source order: imports, exports, and calls of what has a name. */
  asking: Node[];
};

/**
 * Reads a source text; null when it is not valid in the given format. A CommonJS file may return at top level, and is
 * tried as an ES module too, because compilers turn `import` into `require`. A `.js` file may hold JSX.
 */
export function parse(source: string, format: SourceFormat): Syntax | null {
  const read = parseTree(source, format);
  return read && { ...read, ...adopt(read.program) };
}

/** The same without parents, in half the time. */
export function parseTree(source: string, format: SourceFormat): Omit<Syntax, keyof Overview> | null {
  const { language } = format;
  const languages: ParserOptions['lang'][] = language === 'js' ? ['js', 'jsx'] : [language];
  for (const sourceType of format.module === 'esm' ? (['module'] as const) : (['commonjs', 'module'] as const)) {
    for (const lang of languages) {
      const result = treeOf(`file.${lang}`, source, { lang, sourceType, astType: 'ts', range: false, preserveParens: false });
      if (result.errors.some(({ severity }) => severity === 'Error')) continue;
      const { program, comments } = result;
      // TypeScript may be written with `import` in either.
      return { program, comments, module: sourceType === 'module' || (lang?.startsWith('ts') === true && program.body.some(({ type }) => type === 'ImportDeclaration' || type.startsWith('Export'))) };
    }
  }
  return null;
}

/** The parser can hand its tree over in memory, three times as fast as in JSON; that takes some GiB of addresses, though hardly any memory. */
let inMemory: 'untried' | 'works' | 'fails' = rawTransferSupported() ? 'untried' : 'fails';

function treeOf(name: string, source: string, options: ParserOptions): Pick<ParseResult, 'program' | 'comments' | 'errors'> {
  if (inMemory === 'fails') return parseSync(name, source, options);
  try {
    const { program, comments, errors } = parseSync(name, source, { ...options, experimentalRawTransfer: true } as ParserOptions);
    inMemory = 'works';
    return { program, comments, errors };
  } catch {
    // Without addresses it never works; a tree too deep for it says nothing about the next.
    if (inMemory === 'untried') inMemory = 'fails';
    return parseSync(name, source, options);
  }
}

/** `src/users.mts` is TypeScript; everything unknown is JavaScript. */
export function languageOf(file: string): SourceFormat['language'] {
  const extension = /\.[cm]?(tsx?|jsx)$/.exec(file)?.[1];
  return (extension as SourceFormat['language'] | undefined) ?? 'js';
}

/** The nodes right below a node, in source order. */
export function childrenOf(node: Node): Node[] {
  const found: Node[] = [];
  addChildren(node, found);
  return found.reverse();
}

/** Adds the nodes right below a node, the last one first. One by one: a data file's list has more elements than a call may have arguments. */
export function addChildren(node: Node, found: Node[]): void {
  const fields = node as unknown as Record<string, Node | (Node | null)[] | null | undefined>;
  const keys = visitorKeys[node.type] ?? [];
  for (let i = keys.length - 1; i >= 0; i--) {
    const child = fields[keys[i]!];
    if (child == null) continue;
    if (!Array.isArray(child)) found.push(child);
    else for (let at = child.length - 1; at >= 0; at--) if (child[at] !== null) found.push(child[at]!);
  }
}

/** Visits a node and all nodes below it, in source order; `enter` returns false to leave out what is below. */
export function walk(root: Node, enter: (node: Node) => boolean | void): void {
  // Without recursion: minified bundles nest tens of thousands of nodes deep.
  const open: Node[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) if (enter(node) !== false) addChildren(node, open);
}

type Overview = Pick<Syntax, 'hasJsx' | 'dynamic' | 'depth' | 'asking'>;

/** Tells every node its parent, and what else takes a look at all of them. */
function adopt(root: Node): Overview {
  const seen: Overview = { hasJsx: false, dynamic: false, depth: 0, asking: [] };
  const open: Node[] = [root];
  const depths = [1];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const depth = depths.pop()!;
    switch (node.type) {
      case 'JSXElement':
      case 'JSXFragment':
        seen.hasJsx = true;
        break;
      case 'WithStatement':
        seen.dynamic = true;
        break;
      case 'CallExpression':
        if (node.callee.type !== 'Identifier') break;
        if (node.callee.name === 'eval') seen.dynamic = true;
        seen.asking.push(node);
        break;
      case 'ImportDeclaration':
      case 'ImportExpression':
      case 'ExportNamedDeclaration':
      case 'ExportAllDeclaration':
      case 'TSImportEqualsDeclaration':
        seen.asking.push(node);
        break;
      default:
    }
    const first = open.length;
    addChildren(node, open);
    if (first < open.length) seen.depth = Math.max(seen.depth, depth);
    for (let i = first; i < open.length; i++) {
      open[i]!.parent = node as never;
      depths.push(depth + 1);
    }
  }
  return seen;
}
