/** What has to be left out for the rest to work, and whether the rest does. */
export interface Culprits<Item> {
  culprits: Item[];
  /** False where even nothing at all does not work, or no more tries are allowed: then nothing is known. */
  found: boolean;
}

/**
 * Finds items without which `works` holds, in about log2(items) tries for each: the shortest beginning of the list that does not
 * work ends in a culprit. Which of several items that only fail together is named is the last of them. What is returned as
 * found has been tried. `mayTry` is asked with the number of tries so far, `mayBlame` with that of culprits where it does not work without them. `works` is not asked about all of the items: the caller has seen that fail.
 */
export async function culprits<Item>(items: readonly Item[], works: (kept: readonly Item[]) => Promise<boolean>, mayTry: (tries: number) => boolean = () => true, mayBlame: (blamed: number) => boolean = () => true): Promise<Culprits<Item>> {
  let tries = 0;
  const ask = async (kept: readonly Item[]): Promise<boolean> => {
    tries += 1;
    return works(kept);
  };
  const culprits: Item[] = [];
  if (!(await ask([]))) return { culprits, found: false };
  let kept = [...items];
  // `good` items from the start are known to work; taking out a culprit behind them does not change that.
  let good = 0;
  do {
    let bad = kept.length;
    while (bad - good > 1) {
      if (!mayTry(tries)) return { culprits, found: false };
      const middle = (good + bad) >> 1;
      if (await ask(kept.slice(0, middle))) good = middle;
      else bad = middle;
    }
    culprits.push(...kept.slice(bad - 1, bad));
    kept = kept.filter((_, index) => index !== bad - 1);
    if (good === kept.length) return { culprits, found: true };
    if (!mayTry(tries)) return { culprits, found: false };
    if (await ask(kept)) return { culprits, found: true };
  } while (mayBlame(culprits.length));
  return { culprits, found: false };
}
