import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { importsOf, type SourceImport } from '../helpers/source-imports.ts';

const root = join(import.meta.dirname, '../..');
const sources = globSync('src/**/*.ts', { cwd: root }).sort();
const imports = sources.flatMap((file) => importsOf(root, file));

/** What the files of each floor may import from, besides their own. `doors` are the files right in src. */
const floors: Record<string, string[]> = {
  model: [],
  query: ['model'],
  system: ['model'],
  syntax: ['model'],
  config: ['model', 'system'],
  steps: ['model', 'query', 'system', 'syntax'],
  render: ['model', 'query'],
  lambda: ['model', 'system'],
  cli: ['model', 'query', 'system', 'config', 'steps', 'render', 'lambda', 'doors'],
  doors: ['model', 'query', 'system', 'syntax', 'config', 'steps', 'render', 'lambda'],
  probe: [],
  runtime: [],
};

/** Floors whose files run inside the user's app, on every Node that it may run on. */
const insideTheApp = ['probe', 'runtime'];

/** What the code inside the app and the tool must have in common: what is written and read, how paths are spelled, and how secrets are taken out. Without built-ins. */
const wire = /^src\/(probe\/(record|redact|routes\/(types|pattern))|runtime\/pack\/format)\.ts$/;

/** Built-ins that touch the world: files, processes, network, machine, threads. */
const worldly = new Set(['fs', 'fs/promises', 'child_process', 'net', 'http', 'https', 'http2', 'tls', 'dgram', 'dns', 'os', 'worker_threads', 'cluster', 'readline', 'tty', 'inspector', 'vm', 'v8']);

/** Folder right under src that the file is in; files directly in src are the doors. */
function floorOf(file: string): string {
  const [, folder, ...rest] = file.split('/');
  return rest.length === 0 ? 'doors' : folder!;
}

/** `src/steps/boot/index.ts` is in the step `boot`. */
function stepOf(file: string): string | null {
  const [, floor, step, ...rest] = file.split('/');
  return floor === 'steps' && rest.length > 0 ? step! : null;
}

function breaches(rule: (one: SourceImport) => string | null): string[] {
  return imports.flatMap((one) => {
    const advice = rule(one);
    return advice === null ? [] : [`${one.file}:${one.line} imports ${one.specifier}: ${advice}`];
  });
}

function assertNone(found: string[]): void {
  assert.ok(found.length === 0, `\n${found.join('\n')}`);
}

/** Lines of source files that match, with the advice; comment lines do not count. */
function linesMatching(files: string[], pattern: RegExp, advice: string): string[] {
  return files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((text, index) => (pattern.test(text) && !/^\s*(\/\/|\*|\/\*)/.test(text) ? [`${file}:${index + 1} ${text.trim().slice(0, 80)}: ${advice}`] : [])),
  );
}

describe('the floors of src', () => {
  it('are all known here', () => {
    const unknown = [...new Set(sources.map(floorOf))].filter((floor) => !(floor in floors));
    assert.deepEqual(unknown, [], 'Give a new folder under src its row in the table of floors, as low as it can stand.');
  });

  it('import downward only', () => {
    assertNone(
      breaches(({ file, target, typeOnly }) => {
        if (target === null || !target.startsWith('src/')) return null;
        const [from, to] = [floorOf(file), floorOf(target)];
        if (from === to || floors[from]?.includes(to) || (['steps', 'system'].includes(from) && wire.test(target))) return null;
        if (typeOnly && (to === 'model' || insideTheApp.includes(from) || insideTheApp.includes(to))) return null;
        return `${from} stands on ${floors[from]?.join(', ') || 'nothing'}. Move what is needed down to query, syntax or system, or hand it in as a parameter.`;
      }),
    );
  });

  it('keep the steps apart', () => {
    assertNone(
      breaches(({ file, target }) => {
        const [from, to] = [stepOf(file), target === null ? null : stepOf(target)];
        if (from === null || to === null || from === to) return null;
        return `the steps ${from} and ${to} meet in documents only. Take ${to}'s document as an argument; what both need goes to query, syntax or system; src/pipeline.ts brings them together.`;
      }),
    );
  });

  it('import no test and nothing from outside src but package.json', () => {
    assertNone(breaches(({ file, target }) => (target === null || target.startsWith('src/') || target === 'package.json' || (target === 'plugins/frameworks/index.ts' && floorOf(file) === 'doors') ? null : 'sources stand on sources only; doors may join the list of frameworks.')));
  });

  it('reach files, processes and the network through system', () => {
    assertNone(
      breaches(({ file, specifier, typeOnly }) => {
        const free = ['system', 'lambda', ...insideTheApp].includes(floorOf(file)); // a Lambda is processes, limits and a server
        return free || typeOnly || !worldly.has(specifier.replace(/^node:/, '')) ? null : 'only src/system touches the world. Call it, or take what you need as a parameter.';
      }),
    );
  });

  it('read the clock through system', () => {
    const others = sources.filter((file) => !['system', ...insideTheApp].includes(floorOf(file)));
    assertNone(linesMatching(others, /\bDate\.now\(|\bnew Date\(\)|\bperformance\.(now|timeOrigin)/, 'take the time from src/system/clock.ts or as a parameter.'));
  });

  it('speak and exit in the front door only', () => {
    const others = sources.filter((file) => !/^src\/cli\/(main|bin)\.ts$/.test(file) && !insideTheApp.includes(floorOf(file)));
    // A string that becomes the source of another process may print there.
    const spoken = linesMatching(others, /\bconsole\.\w|\bprocess\.(stdout|stderr|exitCode)\b/, 'return it, or report it through onProgress: src/cli/main.ts prints and sets the exit code.');
    assertNone(spoken.filter((line) => !/const script = /.test(line)));
  });
});

describe('what runs inside the measured app', () => {
  it('loads nothing but Node\'s own modules', () => {
    assertNone(
      breaches(({ file, specifier, target, typeOnly }) => {
        if (!insideTheApp.includes(floorOf(file)) || target !== null || typeOnly || isBuiltin(specifier)) return null;
        return 'the probe must not load packages into an app whose packages it measures. Write the few lines, or do it later in a step.';
      }),
    );
  });
});

describe('names', () => {
  it('say what a file is about', () => {
    const vague = sources.filter((file) => /(^|\/)(utils?|helpers?|misc|common|shared|stuff)(\.ts|\/)/.test(file));
    assert.deepEqual(vague, [], 'Name the file after its one idea; if it has several, make several files.');
  });

  it('of built-ins carry node:', () => {
    assertNone(breaches(({ specifier }) => (isBuiltin(specifier) && !specifier.startsWith('node:') ? 'write node: before it.' : null)));
  });
});

describe('tracked files', () => {
  it('name no folder of one machine', (t) => {
    const files = trackedFiles(t);
    // Home folders (but for the made-up people of tests), and this very checkout, wherever it is.
    const home = '/(?:root|home/(?!(?:me|anna)/)[a-z]+)/';
    // A checkout right below / may be called what tests call theirs.
    const checkout = root.split('/').length > 2 ? [`${root.replace(/[^\w/]/g, '\\$&')}/`] : [];
    const machineFolder = new RegExp([home, ...checkout].join('|'));
    const found = files.flatMap((file) => machineFolder.exec(readFileSync(join(root, file), 'utf8'))?.map((folder) => `${file} names ${folder}`) ?? []);
    assert.deepEqual(found, [], 'Write paths relative to the file (import.meta.dirname) or below os.tmpdir().');
  });

  it('name no registry in a lock file', (t) => {
    const locks = trackedFiles(t).filter((file) => file.endsWith('package-lock.json'));
    const hosts = locks.flatMap((file) => [...readFileSync(join(root, file), 'utf8').matchAll(/"resolved": "(https?:\/\/[^/"]+)/g)].map((match) => match[1]!));
    assert.deepEqual([...new Set(hosts)], [], 'Take the "resolved" lines out of the lock file (npm config omit-lockfile-registry-resolved).');
  });
});

function trackedFiles(t: TestContext): string[] {
  if (!existsSync(join(root, '.git'))) {
    t.skip('this is no git checkout, so no file is tracked');
    return [];
  }
  return execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(root, file)));
}
