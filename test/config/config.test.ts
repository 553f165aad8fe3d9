import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadConfig, type LoadedConfig } from '../../src/config/index.ts';
import { nearest } from '../../src/config/nearest.ts';
import { configJsonSchema } from '../../src/config/schema.ts';
import { defineConfig } from '../../src/index.ts';
import { UserError } from '../../src/model/trouble.ts';
import { projectFiles } from '../helpers/project-files.ts';

const canary = 'canary-7f3a';

/** Loads the config of a project in memory; `module` stands for what running a .ts file gives. */
function load(contents: Record<string, unknown>, module: () => unknown = () => ({})): Promise<LoadedConfig> {
  const files = projectFiles(contents);
  return loadConfig(files.root, { files, importFile: async () => module() });
}

async function trouble(contents: Record<string, unknown>, module?: () => unknown): Promise<UserError> {
  const error = await load(contents, module).then(() => null, (reason: unknown) => reason);
  assert.ok(error instanceof UserError, `expected a UserError, got ${String(error)}`);
  return error;
}

describe('a config file', () => {
  it('may be absent', async () => {
    assert.deepEqual((await load({ 'package.json': {} })).config, {});
  });

  it('may be JSON with a $schema', async () => {
    const { config, folder } = await load({ 'lwa-split.config.json': { $schema: './x.json', runs: 'auto', envFile: ['.env'] } });
    assert.deepEqual([config, folder], [{ $schema: './x.json', runs: 'auto', envFile: ['.env'] }, '/home/me/shop']);
  });

  it('may be a module that exports a config by default', async () => {
    const { config } = await load({ 'lwa-split.config.ts': '' }, () => ({ default: defineConfig({ start: 'node a.js', env: { PORT: 1 } }) }));
    assert.deepEqual(config, { start: 'node a.js', env: { PORT: 1 } });
  });

  it('has all its problems told at once, unknown keys with the one that was meant', async () => {
    const error = await trouble({ 'lwa-split.config.json': { evn: {}, runs: 'many', port: 99999, readinessPath: 'health', eager: ['a', 'b'], lazy: ['b'], zzz: 1 } });
    assert.equal(error.code, 'config-invalid');
    assert.equal(
      error.message,
      'lwa-split.config.json has 6 problems: there is no "evn" (did you mean "env"?); "runs" must be a whole number from 1 up, or "auto", not "many"; ' +
        '"port" must be a whole number from 1 to 65535, not 99999; "readinessPath" must be a path that begins with /, not "health"; there is no "zzz"; "eager" and "lazy" both name b.',
    );
  });

  it('has one problem told in one sentence', async () => {
    assert.equal((await trouble({ 'lwa-split.config.json': { memory: '512' } })).message, 'lwa-split.config.json is not valid: "memory" must be a whole number of megabytes from 128 to 10240, not "512".');
    assert.equal((await trouble({ 'lwa-split.config.mjs': '' }, () => ({ config: {} }))).message, 'lwa-split.config.mjs is not valid: it has no default export.');
    assert.equal((await trouble({ 'lwa-split.config.json': '[]' })).message, 'lwa-split.config.json is not valid: it must hold one object.');
  });

  it('has no value of a variable repeated, whatever is wrong', async () => {
    const errors = await Promise.all([
      trouble({ 'lwa-split.config.json': { env: { TOKEN: [canary] } } }),
      trouble({ 'lwa-split.config.json': { env: canary } }),
      trouble({ 'lwa-split.config.json': `{ "env": { "T": "${canary}" x } }` }),
      trouble({ 'lwa-split.config.json': `{ x: "${canary}"` }),
    ]);
    assert.deepEqual(errors.filter((error) => `${error.message}${error.hint}${String(error.cause)}`.includes(canary)), []);
    assert.equal(errors[0]!.message, 'lwa-split.config.json is not valid: "env", at TOKEN, must be names with texts, numbers or booleans as values.');
  });

  it('that throws is named with what it threw', async () => {
    const error = await trouble({ 'lwa-split.config.ts': '' }, () => {
      throw new SyntaxError('Unexpected token');
    });
    assert.equal(error.message, 'lwa-split.config.ts cannot be loaded (SyntaxError: Unexpected token).');
  });

  it('must be the only one', async () => {
    assert.equal((await trouble({ 'lwa-split.config.ts': '', 'lwa-split.config.json': {} })).message, 'There are several config files: lwa-split.config.ts, lwa-split.config.json.');
  });
});

describe('the published schema', () => {
  it('allows the same keys and nothing else', () => {
    const schema = configJsonSchema();
    assert.equal(schema['additionalProperties'], false);
    assert.deepEqual(Object.keys(schema['properties'] as object), ['$schema', 'app', 'start', 'node', 'env', 'envFile', 'before', 'runs', 'readinessPath', 'port', 'timeout', 'memory', 'eager', 'lazy']);
  });
});

describe('the nearest word', () => {
  it('is the one that a slip of the fingers explains, or none', () => {
    const words = ['env', 'envFile', 'readinessPath', 'runs'];
    assert.deepEqual(['evn', 'readinesPath', 'readinesspath', 'ruins', 'banana'].map((word) => nearest(word, words)), ['env', 'readinessPath', 'readinessPath', 'runs', null]);
  });
});
