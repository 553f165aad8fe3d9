import assert from 'node:assert/strict';
import { it } from 'node:test';
import { billedMs, initReportLine, reportLine, stretched, type Report } from '../../src/lambda/report.ts';

const warm: Report = { requestId: 'id', durationMs: 12.344, billedMs: 13, memoryMb: 512, maxMemoryMb: 80.2, initMs: null, status: 'success', errorType: null, cpuMs: 3, modeled: false };

it('a REPORT line has the fields of Lambda, and Init Duration on a cold start only', () => {
  assert.equal(reportLine(warm), 'REPORT RequestId: id\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 81 MB\t');
  assert.equal(reportLine({ ...warm, initMs: 300.5 }), 'REPORT RequestId: id\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 81 MB\tInit Duration: 300.50 ms\t');
});

it('a REPORT line tells how an invocation failed', () => {
  assert.match(reportLine({ ...warm, status: 'error', errorType: 'Runtime.ExitError' }), /\tStatus: error\tError Type: Runtime\.ExitError\t$/);
  assert.match(reportLine({ ...warm, status: 'timeout' }), /\tStatus: timeout\t$/);
});

it('an INIT_REPORT line tells the phase and why init failed', () => {
  assert.equal(initReportLine({ ms: 10000.126, phase: 'init', status: 'timeout', errorType: null }), 'INIT_REPORT Init Duration: 10000.13 ms\tPhase: init\tStatus: timeout');
  assert.equal(initReportLine({ ms: 5, phase: 'invoke', status: 'error', errorType: 'Extension.Crash' }), 'INIT_REPORT Init Duration: 5.00 ms\tPhase: invoke\tStatus: error\tError Type: Extension.Crash');
});

it('init is billed with the first invocation, rounded up once', () => {
  // A record of October 2026: duration 1233.96 ms, init 463.512 ms, billed 1698 ms.
  assert.equal(billedMs(1233.96, 463.512), 1698);
  assert.equal(billedMs(12.01, null), 13);
});

it('a share of a CPU stretches work, not waiting', () => {
  assert.equal(stretched(100, 0, 0.25), 100);
  assert.equal(stretched(100, 100, 0.25), 400);
  assert.equal(stretched(100, 40, 0.5), 140);
  assert.equal(stretched(100, 100, 2), 100);
});
