import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runTool, temporaryFolder } from '../helpers/installed.ts';

describe('what a build says', () => {
  it('of an app that ends before it answers is why, and that it was not timed for that', async (t) => {
    const folder = temporaryFolder((clean) => t.after(clean));
    mkdirSync(join(folder, 'app'));
    writeFileSync(join(folder, 'app/package.json'), '{"name":"shop","scripts":{"start":"node server.js"}}');
    writeFileSync(join(folder, 'app/server.js'), "require('./lib.js'); throw new Error('no database');");
    writeFileSync(join(folder, 'app/lib.js'), 'exports.a = 1;');
    const { code, stdout, stderr } = await runTool(['build', 'app', '--outdir', join(folder, 'out')], { cwd: folder });
    const said = `${stdout}\n${stderr}`.replaceAll(/\s+/g, ' ');
    assert.equal(code, 0, said);
    assert.match(said, /not timed, because the app gave no answer/);
    assert.match(said, /stopped before it answered: .*no database/);
  });

  it('of an app that was not to be started is that', async (t) => {
    const folder = temporaryFolder((clean) => t.after(clean));
    writeFileSync(join(folder, 'package.json'), '{"name":"shop","scripts":{"start":"node server.js"}}');
    writeFileSync(join(folder, 'server.js'), "require('http').createServer((request, response) => response.end()).listen(process.env.PORT);");
    const { stdout, stderr } = await runTool(['build', '--no-boot', '--outdir', join(folder, 'out')], { cwd: folder });
    assert.match(`${stdout}${stderr}`, /not timed, because nothing was started/);
  });
});
