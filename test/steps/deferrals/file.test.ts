import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DeferralsFile, type Deferral, type Deferrals } from '../../../src/model/deferrals.ts';
import { fromFile, staleFindings, toFile } from '../../../src/steps/deferrals/file.ts';

function aDeferral(importer: string, specifier: string, verdict: Deferral['verdict'] = 'defer'): Deferral {
  return { import: { file: importer, line: 1, specifier }, importer, target: specifier, verdict, reasons: ['SAFE'], savesMs: 12.34, noiseMs: 1, neededByFirstRequest: 0, cut: specifier };
}

const sources: Record<string, string> = { 'a.js': 'require("pdf")', 'b.js': 'require("xls")' };
const read = (id: string): string | null => sources[id] ?? null;
const document: Deferrals = { kind: 'deferrals', version: 1, savesMs: 1, upperBoundMs: 1, deferrals: [aDeferral('b.js', 'xls', 'review'), aDeferral('a.js', 'zip'), aDeferral('a.js', 'pdf'), aDeferral('a.js', 'fs', 'keep'), aDeferral('gone.js', 'x')] };
const file = toFile(document, read);

describe('the evidence file', () => {
  it('holds what may be deferred, sorted, with the hash of each importer', () => {
    assert.deepEqual(file, {
      version: 1,
      imports: [
        { file: 'a.js', specifier: 'pdf', verdict: 'defer', savesMs: 12, hash: 'e76d0aeead58a8d6' },
        { file: 'a.js', specifier: 'zip', verdict: 'defer', savesMs: 12, hash: 'e76d0aeead58a8d6' },
        { file: 'b.js', specifier: 'xls', verdict: 'review', savesMs: 12, hash: 'dfdd9faf43449897' },
      ],
    });
    assert.doesNotThrow(() => DeferralsFile.parse(file));
  });

  it('is used in full while no importer changes', () => {
    assert.deepEqual(fromFile(file, read), { imports: file.imports, stale: [] });
  });

  it('loses the entries of importers that changed or went, and says so', () => {
    const usable = fromFile(file, (id) => (id === 'a.js' ? 'require("pdf") // edited' : null));
    assert.deepEqual(usable, { imports: [], stale: [{ file: 'a.js', specifier: 'pdf', because: 'changed' }, { file: 'a.js', specifier: 'zip', because: 'changed' }, { file: 'b.js', specifier: 'xls', because: 'missing' }] });
    assert.deepEqual(staleFindings(usable).map(({ code, message }) => [code, message.split(',')[0]]), [
      ['stale-deferrals', 'a.js has changed since its imports were judged'],
      ['stale-deferrals', 'b.js is not there any more'],
    ]);
  });
});
