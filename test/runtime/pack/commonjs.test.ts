import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { temporaryFolder } from '../../helpers/installed.ts';
import { packApp, type PackedApp } from '../../helpers/packing.ts';

describe('a packed CommonJS module', () => {
  const folder = temporaryFolder((clean) => after(clean));

  it('has the paths that Node would look in, in an array of its own', async () => {
    const tell = 'module.exports = module.paths;';
    const made: PackedApp = await packApp(folder, {
      'server.cjs': 'const { createRequire } = require("node:module"); const Module = require("node:module"); const a = require("a"), b = require("@s/b"); require("http").createServer((q, r) => r.end("ok")).listen(process.env.PORT ?? 0, "127.0.0.1", function () { if (process.env.TELL) { console.log(JSON.stringify([module.paths, a, b, Module._nodeModulePaths(__dirname + "/x/../y/"), a === require("a"), Module._nodeModulePaths(__dirname) === Module._nodeModulePaths(__dirname)])); this.close(); } });',
      'node_modules/a/package.json': '{"name":"a"}',
      'node_modules/a/index.js': tell,
      'node_modules/@s/b/package.json': '{"name":"@s/b","main":"lib/deep/b.js"}',
      'node_modules/@s/b/lib/deep/b.js': tell,
    });
    const [packed, plain] = [made.server, join(made.root, 'server.cjs')].map((file) => execFileSync(process.execPath, [file], { encoding: 'utf8', env: { TELL: '1' } }));
    assert.equal(packed!.replaceAll(`${made.outdir}/files`, made.root).replaceAll(`"${made.outdir}/node_modules",`, ''), plain);
  });
});
