import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DeferralsFile } from '../../../src/model/deferrals.ts';
import { check } from '../../../src/steps/lazy/check.ts';
import { evidence } from '../../../src/steps/lazy/evidence.ts';

const eager = `const pdf = require('pdf');\nexports.run = () => {\n  return pdf();\n};\n`;
const late = `exports.run = () => {\n  const pdf = require('pdf');\n  return pdf();\n};\n`;

type Entry = DeferralsFile['imports'][number];
const anEntry = (given: Partial<Entry> = {}): Entry => ({ file: 'a.js', specifier: 'pdf', verdict: 'defer', savesMs: 40, hash: 'of this text', ...given });
const aFile = (...imports: Entry[]): DeferralsFile => ({ version: 1, imports });
const world = (text: string | null, hash = 'of this text') => ({ sourceOf: () => (text === null ? null : { text, format: { module: 'cjs', language: 'js' } as const }), hashOf: () => hash, lineOf: () => 1 });
const found = (file: DeferralsFile, text: string | null, hash?: string) => {
  const { pending, lost, stale } = check(file, world(text, hash));
  return [pending.map(({ specifier }) => specifier), lost.map(({ specifier }) => specifier), stale.map(({ because }) => because)];
};

describe('lazy --check', () => {
  it('finds a safe win of 10 ms and more that is still to be had', () => {
    assert.deepEqual(found(aFile(anEntry({ savesMs: 10 })), eager), [['pdf'], [], []]);
    assert.deepEqual(found(aFile(anEntry({ savesMs: 9 })), eager), [[], [], []]);
    assert.deepEqual(found(aFile(anEntry({ verdict: 'review' })), eager), [[], [], []]);
    assert.deepEqual(found(aFile(anEntry()), late), [[], [], []]);
  });

  it('asks for nothing that the codemod would not do', () => {
    assert.deepEqual(found(aFile(anEntry()), `const pdf = require('pdf');\npdf.setUp();\n`), [[], [], []]);
    assert.deepEqual(found(aFile(anEntry()), eager.replace(';', '; // lwa-split: eager')), [[], [], []]);
    assert.deepEqual(found(aFile(anEntry({ file: 'node_modules/x/a.js' })), eager), [[], [], []]);
  });

  it('leaves to a build what only a build can do', () => {
    assert.deepEqual(found(aFile(anEntry({ by: 'build' })), eager), [[], [], []]);
  });

  it('finds a deferral that was lost, whatever else has changed', () => {
    assert.deepEqual(found(aFile(anEntry({ applied: true })), eager, 'other'), [[], ['pdf'], []]);
    assert.deepEqual(found(aFile(anEntry({ applied: true })), `${eager}pdf();`, 'other'), [[], ['pdf'], []]);
    assert.deepEqual(found(aFile(anEntry({ applied: true })), late, 'other'), [[], [], []]);
    assert.deepEqual(found(aFile(anEntry({ applied: true })), eager.replace(';', '; // lwa-split: eager'), 'other'), [[], [], []]);
  });

  it('ignores what is said about other texts, and says so', () => {
    assert.deepEqual(found(aFile(anEntry()), eager, 'other'), [[], [], ['changed']]);
    assert.deepEqual(found(aFile(anEntry(), anEntry({ specifier: 'x', applied: true })), null), [[], [], ['missing', 'missing']]);
  });
});

describe('the evidence that lazy leaves', () => {
  const moved = { file: 'a.js', line: 1, specifier: 'pdf', verdict: 'defer' as const, savesMs: 41.6, noiseMs: 1, cut: 'pdf' };
  const made = (given: Partial<Parameters<typeof evidence>[0]>, text = late) => evidence({ fresh: aFile(), previous: null, applied: [], movable: [moved], takenBack: [], ...world(text), ...given }).imports;

  it('knows what was deferred, by the text as it is now', () => {
    assert.deepEqual(made({ fresh: aFile(anEntry({ hash: 'before' })), applied: [moved] }), [anEntry({ savesMs: 42, applied: true })]);
  });

  it('keeps that while it is so', () => {
    const previous = aFile(anEntry({ hash: 'before', applied: true }));
    assert.deepEqual(made({ previous }), [anEntry({ applied: true })]);
    assert.deepEqual(made({ previous }, eager), []);
    assert.deepEqual(made({ previous }, 'exports.run = () => 1;'), []);
  });

  it('does not call a safe win what broke something', () => {
    assert.deepEqual(made({ fresh: aFile(anEntry()), takenBack: [moved] }, eager), [anEntry({ verdict: 'review' })]);
  });

  it('says what only a build can defer', () => {
    assert.deepEqual(made({ fresh: aFile(anEntry()), movable: [] }, eager), [anEntry({ by: 'build' })]);
    assert.deepEqual(made({ fresh: aFile(anEntry()), movable: [{ ...moved, verdict: 'review' }] }, eager), [anEntry({ by: 'build' })]);
  });

  it('does not change for a small change of a measurement', () => {
    const previous = aFile(anEntry({ savesMs: 40 }));
    assert.deepEqual(made({ previous, fresh: aFile(anEntry({ savesMs: 47 })) }, eager), [anEntry({ savesMs: 40 })]);
    assert.deepEqual(made({ previous, fresh: aFile(anEntry({ savesMs: 60 })) }, eager), [anEntry({ savesMs: 60 })]);
  });
});
