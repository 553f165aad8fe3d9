import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { apply, type ApplyOptions, type ApplyWorld } from '../../../src/steps/lazy/apply.ts';
import type { PlannedFile } from '../../../src/steps/lazy/index.ts';

/** A CommonJS file that requires each name and uses it in one function; each is a cut of its own. */
function aFile(name: string, specifiers: string[]): PlannedFile {
  const text = `${specifiers.map((one) => `const ${one} = require('${one}');\n`).join('')}exports.run = () => {\n  return [${specifiers.join(', ')}];\n};\n`;
  return { id: name, file: `/app/${name}`, text, format: { module: 'cjs', language: 'js' }, moves: specifiers.map((specifier) => ({ specifier, cut: specifier })) };
}

const files = [aFile('one.js', ['a', 'b', 'c']), aFile('two.js', ['d', 'e'])];
const cuts = ['a', 'b', 'c', 'd', 'e'];
const deferred = (text: string): string[] => [...text.matchAll(/^ {2}const (\w) = require/gm)].map((match) => match[1]!);

/** Files in memory; `check` stands for the user's command, told which imports are deferred. */
function aWorld(check: (deferred: string[]) => boolean): ApplyWorld & { disk: Map<string, string>; commands: string[]; deferred(): string[] } {
  const disk = new Map(files.map(({ file, text }) => [file, text]));
  const commands: string[] = [];
  const world = {
    disk,
    commands,
    deferred: () => [...disk.values()].flatMap(deferred),
    read: (file: string) => disk.get(file) ?? null,
    change: (changes: Parameters<ApplyWorld['change']>[0]) => {
      for (const { file, from } of changes) assert.equal(disk.get(file), from);
      for (const { file, to } of changes) disk.set(file, to);
    },
    run: async (command: string) => {
      commands.push(command);
      if (command.startsWith('fix')) {
        for (const file of command.split(' ').slice(1)) disk.set(file, `// fixed\n${disk.get(file)!}`);
        return { ok: true, lastLine: '' };
      }
      return { ok: check(world.deferred()), lastLine: '' };
    },
    atEnd: () => () => undefined,
    onProgress: () => undefined,
  };
  return world;
}

async function applied(world: ApplyWorld, options: Partial<ApplyOptions> = {}): Promise<string[]> {
  const { kept } = await apply({ files, cuts, shellPathOf: (file) => file, ...options }, world);
  return [...kept];
}

describe('applying', () => {
  it('writes all moves', async () => {
    const world = aWorld(() => true);
    assert.deepEqual([await applied(world), world.deferred(), world.commands], [cuts, cuts, []]);
  });

  it('asks the verify command once when it succeeds', async () => {
    const world = aWorld(() => true);
    assert.deepEqual([await applied(world, { verifyCommand: 'npm test' }), world.commands], [cuts, ['npm test']]);
  });

  it('takes back exactly the moves that break it', async () => {
    for (const breaking of [['a'], ['c'], ['e'], ['b', 'd'], ['a', 'b', 'c', 'd', 'e']]) {
      const world = aWorld((now) => !now.some((one) => breaking.includes(one)));
      const good = cuts.filter((one) => !breaking.includes(one));
      assert.deepEqual([await applied(world, { verifyCommand: 'npm test' }), world.deferred()], [good, good], breaking.join());
    }
  });

  it('keeps one of two that break it only together', async () => {
    const world = aWorld((now) => !(now.includes('b') && now.includes('e')));
    assert.deepEqual([await applied(world, { verifyCommand: 'npm test' }), world.deferred()], [['a', 'b', 'c', 'd'], ['a', 'b', 'c', 'd']]);
  });

  it('needs few runs for one that breaks it', async () => {
    const world = aWorld((now) => !now.includes('e'));
    await applied(world, { verifyCommand: 'npm test' });
    assert.equal(world.commands.length, 4);
  });

  it('changes nothing when the command fails anyway', async () => {
    const world = aWorld(() => false);
    await assert.rejects(applied(world, { verifyCommand: 'npm test' }), { code: 'verify-fails-anyway' });
    assert.deepEqual([...world.disk.values()], files.map(({ text }) => text));
  });

  it('runs the fix command on what was written, each time', async () => {
    const world = aWorld((now) => !now.includes('d') && !now.includes('e'));
    await applied(world, { verifyCommand: 'npm test', fixCommand: 'fix {files}' });
    assert.equal(world.commands[0], 'fix /app/one.js /app/two.js');
    assert.deepEqual([...world.disk.values()].map((text) => text.startsWith('// fixed')), [true, false]);
    assert.equal(world.disk.get('/app/two.js'), files[1]!.text);
  });

  it('leaves all as it was when something goes wrong on the way', async () => {
    const world = aWorld(() => {
      throw new Error('no more processes');
    });
    await assert.rejects(applied(world, { verifyCommand: 'npm test', fixCommand: 'fix {files}' }), /no more processes/);
    assert.deepEqual([...world.disk.values()], files.map(({ text }) => text));
  });
});
