import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { culprits } from '../../src/query/culprits.ts';

const items = Array.from({ length: 100 }, (_, i) => i);

/** Works unless all of one of the sets are kept. */
function failingWith(...sets: number[][]): { works: (kept: readonly number[]) => Promise<boolean>; tries: () => number } {
  let tries = 0;
  return {
    works: async (kept) => {
      tries += 1;
      return !sets.some((set) => set.every((one) => kept.includes(one)));
    },
    tries: () => tries,
  };
}

describe('culprits', () => {
  it('names the one item that breaks the rest, in few tries', async () => {
    const { works, tries } = failingWith([41]);
    assert.deepEqual(await culprits(items, works), { culprits: [41], found: true });
    assert.ok(tries() <= 9, `${tries()} tries`);
  });

  it('names every item that breaks the rest on its own', async () => {
    assert.deepEqual(await culprits(items, failingWith([0], [99], [7]).works), { culprits: [0, 7, 99], found: true });
  });

  it('names one of two that fail together only', async () => {
    assert.deepEqual(await culprits(items, failingWith([10, 60]).works), { culprits: [60], found: true });
  });

  it('names none when nothing works', async () => {
    assert.deepEqual(await culprits(items, async () => false), { culprits: [], found: false });
  });

  it('says that it found nothing when the tries are used up', async () => {
    assert.deepEqual(await culprits(items, failingWith([41]).works, (tries) => tries < 3), { culprits: [], found: false });
  });

  it('leaves a rest that works, whatever fails together', async () => {
    const set = fc.uniqueArray(fc.integer({ min: 0, max: 11 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.array(set, { minLength: 1, maxLength: 4 }), async (sets) => {
        const few = items.slice(0, 12);
        const { works } = failingWith(...sets);
        const result = await culprits(few, works);
        assert.ok(result.found);
        const without = (out: readonly number[]): number[] => few.filter((one) => !out.includes(one));
        assert.ok(await works(without(result.culprits)));
        for (const one of result.culprits) assert.ok(sets.some((some) => some.includes(one)), `${one} is innocent`);
      }),
    );
  });
});
