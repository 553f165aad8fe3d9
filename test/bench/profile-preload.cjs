// Preloaded into one start: profiles the main thread from here on, and writes the profile into the folder it is given once `stop` lies
// there. Of several processes, each writes one of its own.
'use strict';
const { existsSync, writeFileSync } = require('node:fs');
const { Session } = require('node:inspector');
const { join } = require('node:path');
const { isMainThread } = require('node:worker_threads');

const folder = process.env.LWA_SPLIT_BENCH_PROFILE;
if (folder !== undefined && isMainThread) {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: 250 });
  session.post('Profiler.start');
  const timer = setInterval(() => {
    if (!existsSync(join(folder, 'stop'))) return;
    clearInterval(timer);
    session.post('Profiler.stop', (_, { profile }) => {
      writeFileSync(join(folder, `${process.pid}.json.part`), JSON.stringify(profile));
      require('node:fs').renameSync(join(folder, `${process.pid}.json.part`), join(folder, `${process.pid}.json`));
    });
  }, 20).unref();
}
