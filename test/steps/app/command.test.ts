import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { shellWord } from '../../../src/model/shell-word.ts';
import { givenWords, plainNode, transpilerIn, wordsAfterRunner, type GivenWords } from '../../../src/steps/app/command.ts';

describe('a command that is plain Node', () => {
  const scripts: [command: string, script: string | null][] = [
    ['node server.js', 'server.js'],
    ['exec node .', '.'],
    ['/usr/local/bin/node --max-old-space-size=512 dist/main', 'dist/main'],
    ['A=1 B="two words" node -r ./a.js --import=./b.mjs --env-file .env src/x.ts --port 1', 'src/x.ts'],
    ['node -- -odd.js', '-odd.js'],
    ['node "my server.js"', 'my server.js'],
    ['rimraf dist && tsc -p . && node dist/index.js', 'dist/index.js'],
    ['npm run build; node dist/index.js', 'dist/index.js'],
    ['node -e "require(1)"', null],
    ['node --test', null],
    ['node', null],
    ['cd api && node server.js', null],
    ['node a.js & node b.js', null],
    ['node a.js | pino-pretty', null],
    ['node $(which server)', null],
    ['cross-env A=1 node server.js', null],
    ['prisma migrate deploy && node server.js', null],
    ['tsx src/server.ts', null],
    ['', null],
  ];
  for (const [command, script] of scripts) {
    it(`${script === null ? 'is not' : 'is'} "${command}"`, () => {
      assert.equal(plainNode(command)?.script ?? null, script);
    });
  }

  it('keeps flags, assignments and arguments, and leaves what builds', () => {
    assert.equal(plainNode('npm run build && A=1 node --x "y z.js" -p 1')?.command, 'A=1 node --x "y z.js" -p 1');
  });
});

describe('what compiles while it runs', () => {
  it('is told by its name, as a program, a preload or a path', () => {
    const commands = ['tsx watch src/a.ts', 'node -r ts-node/register a.ts', 'node node_modules/tsx/dist/cli.mjs a.ts', './node_modules/.bin/ts-node a.ts', 'nest start', 'node src/tsx/server.js', 'node dist/nest.js'];
    assert.deepEqual(commands.map(transpilerIn), ['tsx', 'ts-node', 'tsx', 'ts-node', 'nest', null, null]);
  });
});

describe('the words after a runner', () => {
  it('hold the main script, unless the command goes to another folder first', () => {
    assert.deepEqual(wordsAfterRunner('cross-env A=1 nodemon -q server.js'), ['server.js']);
    assert.deepEqual(wordsAfterRunner('cd api && node server.js'), []);
    assert.deepEqual(wordsAfterRunner('fastify start app.js'), []);
  });
});

describe('a shell word', () => {
  it('is read back unchanged by a shell', () => {
    const words = ['plain-1.js', "it's $HOME `x`", 'a "b" \\ c;&|', ''];
    assert.equal(execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${words.map(shellWord).join(' ')}`], { encoding: 'utf8' }), `${words.join('\n')}\n`);
  });
});

describe('what a command gives to the server', () => {
  const commands: [command: string, given: GivenWords | null][] = [
    ['node server.js', { variables: [], flags: [], words: [] }],
    [
      'A=1 exec node --max-old-space-size=512 -r ./a.js --env-file .env --experimental-wasm-modules dist/main -p $PORT "two words"',
      { variables: ['A=1'], flags: ['--max-old-space-size=512', '--env-file=.env', '--experimental-wasm-modules'], words: ['-p', '$PORT', '"two words"'] },
    ],
    ['cross-env NODE_ENV=production NAME="a b" node --import ./otel.mjs --stack-trace-limit=5 --env-file-if-exists=x server.js', { variables: ['NODE_ENV=production', 'NAME="a b"'], flags: ['--stack-trace-limit=5', '--env-file-if-exists=x'], words: [] }],
    ['node -C custom --title shop server.js', { variables: [], flags: ['-C', 'custom', '--title=shop'], words: [] }],
    ['tsc && node -- server.js a', { variables: [], flags: [], words: ['a'] }],
    ['tsx --tsconfig=./tsconfig.run.json src/server.ts --port 1', { variables: [], flags: [], words: ['--port', '1'] }],
    ['npx s3rver -d ./data -p ${PORT:-3000}', { variables: [], flags: [], words: ['-d', './data', '-p', '${PORT:-3000}'] }],
    ['npm run serve', null],
    ['node a.js | pino-pretty', null],
    ['node', null],
  ];
  for (const [command, given] of commands) {
    it(`${given === null ? 'is not known of' : 'is read from'} "${command}"`, () => {
      assert.deepEqual(givenWords(command), given);
    });
  }
});
