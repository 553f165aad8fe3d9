import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emulatorConstants } from '../../../src/model/lambda-facts.ts';
import { lambdaPart, type LambdaInput } from '../../../src/steps/analysis/lambda.ts';

const nothing = { low: 0, typical: 0, high: 0 };
const constants = { ...emulatorConstants, adapter: nothing, invoke: nothing, pollMs: 0 };

function anInput(given: Partial<LambdaInput> = {}): LambdaInput {
  return {
    profile: { startMs: 400, waitingMs: 0, cpuMs: 400, requests: [{ wallMs: 60, cpuMs: 60, afterCpuMs: 0 }], lateLoadMs: 0, noiseMs: 4, speed: 1, smallHeap: null },
    placement: { memoryMb: 256, packaging: 'zip', architecture: 'x64', provisioned: false, asyncInit: false, extensions: [] },
    constants,
    codeSavesMs: 100,
    ...given,
  };
}

test('a slow first request of a small function is told to be a matter of memory', () => {
  const { findings } = lambdaPart(anInput());
  assert.deepEqual(findings.map(({ code }) => code), ['memory-beats-code']);
  assert.match(findings[0]!.message, /^More memory beats every code change here: from 256 to 1769 MB the first request is predicted to get 3\d\d ms faster, and deferring imports could save 100 ms at the most\.$/);
});

test('nothing is said where code could save more, or nobody knows what it could save', () => {
  assert.deepEqual(lambdaPart(anInput({ codeSavesMs: 900 })).findings, []);
  assert.deepEqual(lambdaPart(anInput({ codeSavesMs: null })).findings, []);
});

test('nothing is said where memory brings next to nothing', () => {
  const quick = { ...anInput().profile!, requests: [{ wallMs: 2, cpuMs: 2, afterCpuMs: 0 }] };
  assert.deepEqual(lambdaPart(anInput({ profile: quick, codeSavesMs: 0 })).findings, []);
});

test('what code could save is told as it would be on that CPU', () => {
  const half = { low: 0.5, typical: 0.5, high: 0.5 };
  assert.equal(lambdaPart(anInput({ constants: { ...constants, speed: { x64: half, arm64: half } } })).lambdaBasis!.codeSavesMs, 200);
});

test('without an answer there is nothing to predict from', () => {
  assert.deepEqual(lambdaPart(anInput({ profile: null })), { lambda: [], lambdaBasis: undefined, findings: [] });
});

test('an init that Lambda may not wait for is told, unless it may go on in the first request', () => {
  const slow = { ...anInput().profile!, startMs: 9900, noiseMs: 300, requests: [{ wallMs: 1, cpuMs: 1, afterCpuMs: 0 }] };
  const codes = (placement: Partial<LambdaInput['placement']>): string[] => lambdaPart(anInput({ profile: slow, placement: { ...anInput().placement, ...placement } })).findings.map(({ code }) => code);
  assert.deepEqual(codes({}), ['init-limit']);
  assert.ok(!codes({ asyncInit: true }).includes('init-limit'));
  assert.deepEqual(codes({ provisioned: true }), []);
});
