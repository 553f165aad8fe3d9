import { culprits } from '../../query/culprits.ts';
import type { DeferredImport } from './index.ts';

/** What a build is made of, as far as it can be left out. */
export interface Choice {
  deferrals: readonly DeferredImport[];
  /** Module ids that run from their files. */
  unpacked: ReadonlySet<string>;
}

/** Something that made the build behave differently from the app, and so was left out of it. */
export interface TakenBack {
  kind: 'deferral' | 'module';
  /** `pdfkit in src/orders.js`, or a module id. */
  what: string;
  /** What was seen with it. */
  because: string;
}

export interface Harmless extends Choice {
  takenBack: TakenBack[];
  /** What still differs, when leaving out was no help. */
  differs: string | null;
}

export interface HarmlessInput extends Choice {
  /** Ids of modules that can be left out of the pack, with the package that each belongs to; null for own ones. */
  modules: readonly { id: string; package: string | null }[];
  /** Builds with this choice and compares; null where the build behaves as the app does, else what is different. */
  trial(choice: Choice): Promise<string | null>;
  /** Whether another build may be tried, after so many for one kind of culprit. */
  mayTry(tries: number): boolean;
  onProgress(text: string): void;
}

/**
 * Takes back what makes a build differ from its app: deferrals first, then modules that are run from the pack. `differs` is the
 * reason why the whole choice does not do, as the last trial of it told.
 */
export async function harmless(input: HarmlessInput, differs: string): Promise<Harmless> {
  const { trial, mayTry, onProgress } = input;
  const takenBack: TakenBack[] = [];
  let { unpacked } = input;
  const fair = async (choice: Choice): Promise<boolean> => (await trial(choice)) === null;

  onProgress('the build differs from the app: trying without deferrals');
  const withoutDeferrals = input.deferrals.length === 0 ? differs : await trial({ deferrals: [], unpacked });
  if (withoutDeferrals !== null) {
    onProgress('looking for the module that the pack changes');
    const found = await modulesToLeaveOut(input, withoutDeferrals);
    if (found === null) return { deferrals: [], unpacked, takenBack, differs: withoutDeferrals };
    unpacked = new Set([...unpacked, ...found]);
    for (const id of found) takenBack.push({ kind: 'module', what: id, because: withoutDeferrals });
    if (input.deferrals.length === 0 || (await fair({ deferrals: input.deferrals, unpacked }))) return { deferrals: input.deferrals, unpacked, takenBack, differs: null };
  }

  onProgress('looking for the deferral that changes the app');
  const { culprits: bad, found } = await culprits(input.deferrals, (deferrals) => fair({ deferrals, unpacked }), mayTry);
  const out = new Set(found ? bad : input.deferrals);
  for (const one of out) takenBack.push({ kind: 'deferral', what: `${one.specifier} in ${one.importer}`, because: differs });
  return { deferrals: input.deferrals.filter((one) => !out.has(one)), unpacked, takenBack, differs: null };
}

/** With the very same difference after so many modules have been left out for it, the pack as such makes it. */
export const MOST_FOR_ONE = 2;

/** Packages are tried before their modules: of thousands of files few packages are left. Null: no module is to blame, as far as can be told. */
async function modulesToLeaveOut({ modules, unpacked, mayTry, trial }: HarmlessInput, differs: string): Promise<string[] | null> {
  const byPackage = new Map<string | null, string[]>();
  for (const one of modules) if (!unpacked.has(one.id)) byPackage.set(one.package, [...(byPackage.get(one.package) ?? []), one.id]);
  const groups = [...byPackage.values()];
  const all = groups.flat();
  let last: string | null = null;
  const keeping = async (kept: readonly string[]): Promise<boolean> => {
    const packed = new Set(kept);
    last = await trial({ deferrals: [], unpacked: new Set([...unpacked, ...all.filter((id) => !packed.has(id))]) });
    return last === null;
  };
  const mayBlame = (blamed: number): boolean => blamed < MOST_FOR_ONE || last !== differs;
  const whole = await culprits(groups, (kept) => keeping(kept.flat()), mayTry, mayBlame);
  if (!whole.found) return null;
  const suspects = whole.culprits.flat();
  const innocent = all.filter((id) => !suspects.includes(id));
  const exact = await culprits(suspects, (kept) => keeping([...innocent, ...kept]), mayTry, mayBlame);
  return exact.found ? exact.culprits : suspects;
}
