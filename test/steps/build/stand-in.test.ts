import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { standInEnvironment } from '../../../src/steps/build/make-cache.ts';
import { temporaryFolder } from '../../helpers/installed.ts';
import { packApp } from '../../helpers/packing.ts';

const files = {
  'main.cjs': `
    const { join } = require('node:path');
    const { pathToFileURL } = require('node:url');
    const { createServer } = require('node:http');
    (async () => {
      const { plugin } = await import(pathToFileURL(join(process.cwd(), 'plugin.mjs')));
      const shared = require(join(process.cwd(), 'shared.cjs'));
      const one = shared === require('./shared.cjs');
      console.log(JSON.stringify([plugin, one, shared.file]));
      if (process.env.PORT) createServer((_, response) => response.end('ok')).listen(process.env.PORT, '127.0.0.1');
    })();`,
  'plugin.mjs': 'export const plugin = import.meta.filename;',
  'shared.cjs': 'exports.file = __filename;',
};

it('a build that stands in for the app takes paths of the folder the app works in for its own', async (t) => {
  const { root, outdir, server } = await packApp(realpathSync(temporaryFolder((clean) => t.after(clean))), files);
  const env = { ...process.env, ...standInEnvironment({ entry: join(root, 'main.cjs'), server, cache: null }), AWS_LAMBDA_FUNCTION_NAME: 'shop' };
  const printed = execFileSync(process.execPath, ['main.cjs'], { cwd: root, env, encoding: 'utf8' });
  assert.deepEqual(JSON.parse(printed), [join(outdir, 'files/plugin.mjs'), true, join(outdir, 'files/shared.cjs')]);
});
