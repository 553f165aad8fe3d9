// Preloaded into every Node process that the start command makes. Watches that process start, and writes down what it
// saw after the first answer, when asked, or when the process ends. Nothing here may change what the app does.
import { performance } from 'node:perf_hooks';
declare const probeStart: number; // the first line of the built file, see build.ts
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { announcer } from './announce.ts';
import { watchCommonJs } from './commonjs.ts';
import type { EvidenceWatch } from './evidence.ts';
import { EVALUATE, Ledger, READ, RESOLVE } from './ledger.ts';
import { type HooksGate, Importers, watchModules, watchModulesOffThread } from './modules.ts';
import { Listening } from './listening.ts';
import { ORDER_VARIABLE, type ProbeOrder, type ProbeRecord } from './record.ts';

const order = process.env[ORDER_VARIABLE];
if (order !== undefined && isMainThread) watch(JSON.parse(order) as ProbeOrder);

function watch(order: ProbeOrder): void {
  const ledger = new Ledger();
  const importers = new Importers();
  const listening = new Listening(ledger, order.folder, { listens: () => evidence?.listens(), answers: () => write(null) });
  const evidence = order.mode === 'timing' ? null : loadEvidence(order, () => listening.listens.length > 0, ledger);
  let armed = false;
  // Only when the app itself has loaded a module that can serve: the cost of Node's network modules is the app's.
  const arm = (): void => {
    if (armed) return;
    armed = true;
    const net = loadUnwatched('node:net') as typeof import('node:net');
    listening.arm(net);
    evidence?.watchSockets(net);
  };

  let gate: HooksGate | null = null;
  const loadUnwatched = watchCommonJs(ledger, { evidence, importers, onServerModule: arm, gate: () => gate, requiredModules: new Set(order.requiredModules ?? []) });
  let drain = (): number => 0;
  if (order.modules === 'watch') {
    const watcher = evidence && {
      edge: (from: string | null, specifier: string, to: string, dynamic: boolean) =>
        evidence.edge(from, specifier, to, dynamic ? 'dynamic-import' : 'import'),
      rewrite: (url: string, source: string) => evidence.rewrite(url, source),
      before: evidence.before,
      after: evidence.after,
      shifted: evidence.shifted,
    };
    if (typeof Module.registerHooks === 'function') {
      const hooks = watchModules(ledger, importers, watcher, arm);
      // The evidence run sees everything; a timing run spares CommonJS the detour.
      if (evidence === null) gate = hooks;
    } else {
      arm();
      drain = watchModulesOffThread(ledger, order.hooksFile, watcher);
    }
  }
  ledger.onEntryDone = arm;

  let written = false;
  const asked = join(order.folder, 'collect');
  const timer = setInterval(() => existsSync(asked) && write(null), 50);
  timer.unref();
  process.on('exit', (code) => write(code));

  const probeTo = performance.now();

  function write(exitCode: number | null): void {
    if (written) return;
    written = true;
    clearInterval(timer);
    const end = ledger.mark();
    const hookThreadMs = drain();
    const [unresolved, ...named] = ledger.modules;
    // A file that was only resolved, by require.resolve(), is no module of this start.
    const modules = named.filter((module) => module.started || module.done || module.times[READ] + module.times[EVALUATE] > 0);
    const record: ProbeRecord = {
      pid: process.pid,
      ppid: process.ppid,
      forked: process.send !== undefined,
      node: process.versions.node,
      argv: process.argv,
      execArgv: process.execArgv,
      cwd: process.cwd(),
      timeOriginMs: performance.timeOrigin,
      bootstrapMs: performance.nodeTiming.bootstrapComplete,
      loopStartMs: performance.nodeTiming.loopStart,
      probeFromMs: probeStart,
      probeToMs: probeTo,
      entry: ledger.entry < 0 ? null : ledger.modules[ledger.entry]!.file,
      modules,
      unresolvedMs: unresolved!.times[RESOLVE],
      hookThreadMs,
      betweenMs: ledger.betweenMs,
      entryDone: ledger.entryDone,
      listens: listening.listens,
      firstAnswer: listening.firstAnswer,
      end,
      exitCode,
      evidence: null,
    };
    const file = join(order.folder, `${process.pid}.json`);
    try {
      record.evidence = evidence?.collect() ?? null;
      writeFileSync(`${file}.part`, JSON.stringify(record));
      renameSync(`${file}.part`, file);
    } catch (error) {
      // Either the tool has ended, and its folder is gone; or this is a fault of ours, of which the app must not suffer.
      noteFault(order.folder, error);
    }
  }
}

function loadEvidence({ evidenceFile, folder, mode }: ProbeOrder, listening: () => boolean, ledger: Ledger): EvidenceWatch {
  const { watchEvidence } = require(evidenceFile) as typeof import('./evidence.ts');
  const evidence = watchEvidence(listening, mode === 'routes');
  if (mode === 'routes') return evidence;
  const announce = announcer(ledger.modules, folder);
  return {
    ...evidence,
    edge: (...edge) => ledger.apart(() => evidence.edge(...edge)),
    before(file) {
      ledger.apart(() => {
        announce();
        evidence.before(file);
      });
    },
    after: (file) => ledger.apart(() => evidence.after(file)),
    listens: () => ledger.apart(evidence.listens),
    loaded: (filename, module) => ledger.apart(() => evidence.loaded(filename, module)),
    rewrite: (url, source) => ledger.apart(() => evidence.rewrite(url, source)),
  };
}

function noteFault(folder: string, error: unknown): void {
  try {
    writeFileSync(join(folder, `${process.pid}.fault`), error instanceof Error ? String(error.stack) : String(error));
  } catch {
    // Nobody is left to read it.
  }
}
