import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lambdaConstants } from '../../../src/model/lambda-facts.ts';
import { UserError } from '../../../src/model/trouble.ts';
import { constantsFor } from '../../../src/steps/setup/calibration.ts';
import { projectFiles } from '../../helpers/project-files.ts';

function constants(calibration?: unknown): ReturnType<typeof constantsFor> {
  const files = projectFiles({ 'package.json': '{}', ...(calibration !== undefined && { 'lwa-split.calibration.json': calibration }) });
  return constantsFor(files.root, files);
}

test('without a calibration the published constants hold', () => {
  assert.equal(constants(), lambdaConstants);
});

test('a calibration takes the place of what it names, and says so', () => {
  const speed = { x64: { low: 0.7, typical: 0.72, high: 0.75 }, arm64: { low: 0.9, typical: 0.9, high: 0.9 } };
  const found = constants({ kind: 'calibration', version: 1, date: '2026-12-01', speed });
  assert.deepEqual([found.name, found.date, found.speed, found.pollMs], ['AWS Lambda, calibrated', '2026-12-01', speed, 10]);
});

for (const [what, broken] of [['is no JSON', '{'], ['names what there is not', { kind: 'calibration', version: 1, date: '2026-12-01', spede: 1 }], ['has a wrong value', { kind: 'calibration', version: 1, date: '2026-12-01', pollMs: 'soon' }]] as const) {
  test(`a calibration that ${what} is the user's to mend`, () => {
    assert.throws(() => constants(broken), (error) => error instanceof UserError && error.code === 'calibration-broken');
  });
}
