import { editedText, type Edit } from './edits.ts';
import { parseTree, walk } from './parse.ts';

/** A CommonJS text whose `import()` is a function of its context, and what it asks for by literals. */
export type DynamicImports = { text: string; count: number; specifiers: string[] };

const literalRequire = /\brequire(?:\.resolve)?\s*\(\s*(["'`])((?:(?!\1)[^\\\n$])+)\1\s*[,)]/g;

/**
 * Literal specifiers after `require(` and `require.resolve(`. Found without parsing, so that some may stand in comments or
 * strings: for those who only look up where they would lead.
 */
export function requiredIn(source: string): string[] {
  return [...new Set([...source.matchAll(literalRequire)].map(([, , specifier]) => specifier!))];
}

/** Replaces `import()` in a CommonJS text; null where the text holds one and is not valid. */
export function dynamicImportsIn(source: string, context: string): DynamicImports | null {
  if (!/\bimport\b[^;'"`]{0,200}?\(/.test(source)) return { text: source, count: 0, specifiers: [] };
  const read = parseTree(source, { module: 'cjs', language: 'js' });
  if (read === null) return null;
  const edits: Edit[] = [];
  const specifiers = new Set<string>();
  walk(read.program, (node) => {
    if (node.type !== 'ImportExpression' || node.phase !== null) return;
    edits.push({ start: node.start, end: node.start + 'import'.length, text: `${context}.import` });
    if (node.source.type === 'Literal' && typeof node.source.value === 'string') specifiers.add(node.source.value);
  });
  return { text: edits.length > 0 ? editedText(source, edits) : source, count: edits.length, specifiers: [...specifiers] };
}
