'use strict';
/**
 * Which files had a function run since the last question, by precise coverage: none of lwa-split's code is used here.
 * Preload it with COVERAGE_FOLDER naming a folder; whenever a file `ask-<n>` appears there, `<pid>-<n>.json` answers it.
 */
const { existsSync, renameSync, writeFileSync } = require('node:fs');
const { Session } = require('node:inspector');
const { join } = require('node:path');
const { fileURLToPath } = require('node:url');
const { isMainThread } = require('node:worker_threads');

const folder = process.env.COVERAGE_FOLDER;
if (folder !== undefined && isMainThread) {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  let next = 0;
  setInterval(() => {
    if (!existsSync(join(folder, `ask-${next}`))) return;
    const file = join(folder, `${process.pid}-${next}.json`);
    next += 1;
    session.post('Profiler.takePreciseCoverage', (error, taken) => {
      const ran = error === null ? taken.result.filter(({ functions }) => functions.some(({ ranges }) => ranges[0].count > 0)) : [];
      const files = ran.map(({ url }) => (url.startsWith('file:') ? fileURLToPath(url.replace(/[?#].*$/, '')) : url)).filter((name) => name.startsWith('/') && name !== __filename);
      writeFileSync(`${file}.part`, JSON.stringify([...new Set(files)]));
      renameSync(`${file}.part`, file);
    });
  }, 5).unref();
}
