import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { harmless, type Choice, type Harmless } from '../../../src/steps/build/harmless.ts';
import type { DeferredImport } from '../../../src/steps/build/index.ts';

const deferral = (specifier: string): DeferredImport => ({ importer: 'src/app.js', target: `node_modules/${specifier}/index.js`, specifier, values: false });
const deferrals = ['pdf', 'csv', 'xml', 'zip'].map(deferral);
const modules = ['src/app.js', 'src/db.js', 'node_modules/a/index.js', 'node_modules/a/lib.js', 'node_modules/b/index.js'].map((id) => ({ id, package: /node_modules\/(\w+)/.exec(id)?.[1] ?? null }));

const defers = ({ deferrals }: Choice, specifier: string): boolean => deferrals.some((one) => one.specifier === specifier);
const packs = ({ unpacked }: Choice, id: string): boolean => !unpacked.has(id);

/** What is left when builds differ as `trial` says; null for those that do not. */
async function left(trial: (choice: Choice) => string | null, maxTries = Infinity): Promise<Omit<Harmless, 'deferrals' | 'unpacked'> & { deferred: string[]; unpacked: string[] }> {
  const choice = { deferrals, unpacked: new Set<string>() };
  const first = trial(choice);
  assert.notEqual(first, null);
  const { deferrals: kept, unpacked, ...rest } = await harmless({ ...choice, modules, trial: async (one) => trial(one), mayTry: (tries) => tries < maxTries, onProgress: () => {} }, first!);
  return { ...rest, deferred: kept.map(({ specifier }) => specifier), unpacked: [...unpacked] };
}

describe('a build that differs from its app', () => {
  it('loses the one deferral that is to blame, by name', async () => {
    assert.deepEqual(await left((choice) => (defers(choice, 'xml') ? 'GET /xml: status 500' : null)), {
      takenBack: [{ kind: 'deferral', what: 'xml in src/app.js', because: 'GET /xml: status 500' }],
      differs: null,
      deferred: ['pdf', 'csv', 'zip'],
      unpacked: [],
    });
  });

  it('leaves the one module to Node that the pack changes, and keeps its deferrals', async () => {
    assert.deepEqual(await left((choice) => (packs(choice, 'node_modules/a/lib.js') ? 'it did not start' : null)), {
      takenBack: [{ kind: 'module', what: 'node_modules/a/lib.js', because: 'it did not start' }],
      differs: null,
      deferred: ['pdf', 'csv', 'xml', 'zip'],
      unpacked: ['node_modules/a/lib.js'],
    });
  });

  it('can have both kinds of culprits', async () => {
    const { takenBack, differs } = await left((choice) => (packs(choice, 'src/db.js') ? 'no start' : defers(choice, 'csv') ? 'GET /csv: body' : null));
    assert.deepEqual(takenBack.map(({ kind, what }) => [kind, what]), [['module', 'src/db.js'], ['deferral', 'csv in src/app.js']]);
    assert.equal(differs, null);
  });

  it('loses all deferrals when the one to blame cannot be found in time', async () => {
    const { deferred, differs } = await left((choice) => (defers(choice, 'zip') ? 'GET /zip' : null), 1);
    assert.deepEqual([deferred, differs], [[], null]);
  });

  it('keeps its modules when any of them makes the same difference: the pack itself does', async () => {
    const made: number[] = [];
    const all = (choice: Choice): string | null => (made.push(1), modules.some(({ id }) => packs(choice, id)) ? 'GET /: header date' : null);
    assert.deepEqual(await left(all), { takenBack: [], differs: 'GET /: header date', deferred: [], unpacked: [] });
    assert.ok(made.length <= 10);
  });

  it('is said to differ when leaving out is no help', async () => {
    assert.deepEqual(await left(() => 'routes: GET / is gone'), { takenBack: [], differs: 'routes: GET / is gone', deferred: [], unpacked: [] });
  });
});
