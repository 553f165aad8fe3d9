import type { ReasonCode, Verdict } from '../../model/deferrals.ts';
import type { ImportEdge } from '../../model/graph.ts';
import type { Readings } from '../../syntax/readings.ts';

/** One import as its importer's text has it: see `importTexts`. */
export interface ImportText {
  line: number;
  /** Nothing of the module is named: it is imported for what loading it does. */
  sideEffectOnly: boolean;
  /** It stands in a function, and the start called that function. */
  inFunction: boolean;
  /** Where the names it makes are used inside functions: offsets in the text. */
  usedAt: number[];
  /** Under which names the importer hands it on; then whoever reads those needs it. */
  exportedAs: string[];
  /** What the initializers call that are put off with it; null where that is not all that they do, or may mean something else later. */
  calls: string[] | null;
  /** What the importer reads of the module, and hands on unread: see `readingsOf`. */
  reads: Readings['reads'];
  handsOn: Readings['handsOn'];
  choice: 'eager' | 'lazy' | null;
  /** Why the text cannot be rewritten; `VALUE_INITIALIZER` where only together with a value made from it. */
  refused: ReasonCode | null;
}

export interface ObstacleInput {
  /** Whether the code at an offset of a module ran before the first answer; null where it is in no function, or not known. */
  ranBeforeAnswer: (id: string, offset: number) => boolean | null;
  /** Whether code that ran before the first answer may read an export of a module. */
  readBeforeAnswer: (id: string, name: string) => boolean;
  /** Null where the importer's text does not show the specifier; `unread` where it could not be read. */
  textOf: (edge: ImportEdge) => ImportText | 'unread' | null;
  inCycle: (from: string, to: string) => boolean;
  /** Whether the module belongs to a package that the config calls eager, or lazy. */
  isEager: (id: string) => boolean;
}

/** Why an import cannot be deferred, whatever it leads to; null where it can. */
export function obstacleOf(edge: ImportEdge, { textOf, inCycle, isEager, ranBeforeAnswer, readBeforeAnswer }: ObstacleInput): ReasonCode | null {
  if (isEager(edge.to)) return 'OPT_OUT';
  if (edge.kind === 'dynamic-import') return 'NEEDED_AT_START';
  const text = textOf(edge);
  if (text === null) return 'COMPUTED_SPECIFIER';
  if (text === 'unread') return 'NOT_PARSED';
  if (text.choice === 'eager') return 'OPT_OUT';
  if (text.inFunction) return 'NEEDED_AT_START';
  if (text.sideEffectOnly) return 'SIDE_EFFECT_IMPORT';
  if (inCycle(edge.from, edge.to)) return 'CYCLE';
  if (text.refused !== null && text.refused !== 'VALUE_INITIALIZER') return text.refused;
  // It would load all the same, a little later; and what answers the readiness check is part of every start.
  const needed = text.usedAt.some((offset) => ranBeforeAnswer(edge.from, offset) === true) || text.exportedAs.some((name) => readBeforeAnswer(edge.from, name));
  return needed ? 'NEEDED_AT_START' : null;
}

/** Reasons for which deferring would be safe but bring nothing here; the import of the importer is the one to look at. */
const noWin: ReadonlySet<ReasonCode> = new Set(['TOP_LEVEL_USE', 'EXTENDS', 'DECORATOR', 'REEXPORT', 'NEEDED_AT_START', 'STILL_EAGER', 'NEEDED_BY_FIRST_REQUEST', 'BELOW_NOISE', 'BELOW_THRESHOLD']);

export function verdictFor(reason: ReasonCode): Verdict {
  return noWin.has(reason) ? 'no-win' : 'keep';
}
