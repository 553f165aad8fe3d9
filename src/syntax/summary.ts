import type { FileSummary } from '../model/summary.ts';
import { parseTree, type SourceFormat } from './parse.ts';
import { applyConstructorTypes } from './summary-calls.ts';
import { declareLexical, declareVars } from './summary-names.ts';
import { containerOf, newName, newScan, type At } from './summary-scan.ts';
import { statements } from './summary-statements.ts';
import { valueOf } from './summary-values.ts';

/** Raised whenever the same text would be summarized differently. */
export const SUMMARY_VERSION = 1;

/** What a text declares, exports and mentions, and where; null when it is not valid, or nested deeper than the stack. */
export function summaryOf(source: string, format: SourceFormat): FileSummary | null {
  const syntax = parseTree(source, format);
  if (syntax === null) return null;
  const scan = newScan(source, { valueOf, statements });
  const at: At = { region: 0, scope: { names: new Map(), above: null }, self: null };
  const body = syntax.program.body;
  declareVars(scan, at.scope, body);
  declareLexical(scan, at.scope, body);
  if (!syntax.module && !at.scope.names.has('exports')) {
    scan.moduleExports = newName(scan, at.scope, 'exports');
    containerOf(scan, scan.moduleExports);
    scan.exports['='] = [{ name: scan.moduleExports, path: [] }];
  }
  try {
    statements(scan, body, at);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  applyConstructorTypes(scan);
  const { regions, names, imports, exports, stars } = scan;
  return { regions, names, imports, exports, stars };
}
