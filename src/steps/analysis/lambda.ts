import type { Analysis } from '../../model/analysis.ts';
import type { LambdaConstants, Placement, Prediction, StartProfile } from '../../model/prediction.ts';
import { roundMs } from '../../model/sample.ts';
import { findings, type Finding } from '../../model/trouble.ts';
import { predict, predictSizes } from '../../query/predict.ts';

export interface LambdaInput {
  /** Null where the app never answered. */
  profile: StartProfile | null;
  placement: Placement;
  constants: LambdaConstants;
  /** What no set of deferrals can exceed, milliseconds of a start here; null where imports were not judged. */
  codeSavesMs: number | null;
}

/** Predictions for each memory size, what they rest on, and where memory is the better lever than code. */
export function lambdaPart({ profile, placement, constants, codeSavesMs }: LambdaInput): { lambda: Analysis['lambda']; lambdaBasis: Analysis['lambdaBasis']; findings: Finding[] } {
  if (profile === null) return { lambda: [], lambdaBasis: undefined, findings: [] };
  const rows = predictSizes(profile, placement, constants);
  const codeMs = codeSavesMs === null ? null : roundMs((codeSavesMs * profile.speed) / constants.speed[placement.architecture].typical);
  const { memoryMb, packaging, architecture, provisioned } = placement;
  const one = predict(profile, placement, constants);
  return {
    lambda: rows.map(({ parts: _, ...row }) => row),
    lambdaBasis: { constants: constants.name, date: constants.date, memoryMb, packaging, architecture, provisioned, codeSavesMs: codeMs, parts: one.parts! },
    findings: [...initLimit(profile, placement, constants), ...memoryBeatsCode(rows, memoryMb, codeMs)],
  };
}

/** Where Lambda may not wait for init to end, and nobody told it what to do then. */
function initLimit(profile: StartProfile, placement: Placement, constants: LambdaConstants): Finding[] {
  if (placement.provisioned || placement.asyncInit) return [];
  // As it would be if Lambda waited.
  const { initMs, totalMs, highMs } = predict(profile, placement, { ...constants, initLimitMs: Number.POSITIVE_INFINITY });
  const high = initMs + (highMs - totalMs);
  return high <= constants.initLimitMs ? [] : [findings['init-limit']({ initMs, highMs: high, limitMs: constants.initLimitMs })];
}

/** Less is not worth telling anybody to pay for. */
const NOTED_MS = 20;
/** A size is worth its price when it brings most of what the largest brings. */
const MOST = 0.9;

/** Only where it is sure: what memory takes off the first request, against the most that code could take off init. */
function memoryBeatsCode(rows: readonly Prediction[], memoryMb: number, codeMs: number | null): Finding[] {
  const now = rows.find((row) => row.memoryMb === memoryMb);
  const larger = rows.filter((row) => row.memoryMb > memoryMb);
  if (now === undefined || larger.length === 0 || codeMs === null) return [];
  const saves = (row: Prediction): number => now.totalMs - row.totalMs;
  const most = Math.max(...larger.map(saves));
  const enough = larger.find((row) => saves(row) >= MOST * most)!;
  if (saves(enough) < NOTED_MS || saves(enough) <= codeMs) return [];
  return [findings['memory-beats-code']({ fromMb: memoryMb, toMb: enough.memoryMb, savesMs: saves(enough), codeMs })];
}
