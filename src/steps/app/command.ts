/** What a shell command does, as far as it can be told without a shell. */
export interface NodeCommand {
  /** The command from the segment that starts Node on, environment assignments included. */
  command: string;
  /** The script as it is written after `node` and its flags. */
  script: string;
}

/** Flags of Node whose value is the next word; see `node --help`. */
const flagsWithValue = new Set(['-r', '--require', '--import', '--loader', '--experimental-loader', '-C', '--conditions', '--env-file', '--env-file-if-exists', '--input-type', '--title', '--inspect-port']);
const flagsWithoutScript = new Set(['-e', '--eval', '-p', '--print', '-c', '--check', '--test', '--run', '-i', '--interactive', '-v', '--version', '-h', '--help']);

/** Programs that only prepare what is started after them, so that the last part alone tells how the server starts. */
const builders = new Set(['tsc', 'npm', 'pnpm', 'yarn', 'nest', 'esbuild', 'swc', 'tsup', 'rollup', 'webpack', 'vite', 'rimraf', 'rm', 'mkdir', 'cp', 'echo']);

const transpilers = ['tsx', 'ts-node', 'ts-node-dev', 'tsnd', 'swc-node', '@swc-node', 'babel-node', 'vite-node', 'esbuild-register', 'sucrase-node', 'nest', 'jiti'];

/** Programs that run the file named after them as the main script. */
const runners = new Set(['node', 'nodemon', 'tsx', 'ts-node', 'ts-node-dev', 'tsnd', 'swc-node', 'babel-node', 'vite-node', 'sucrase-node', 'jiti']);

/** Takes `NAME=value node --flag dist/server.js ...` apart; null when the command is anything but Node with a script. */
export function plainNode(command: string): NodeCommand | null {
  const segments = splitSegments(command);
  if (segments === null) return null;
  const last = segments.at(-1);
  if (last === undefined || !segments.slice(0, -1).every((segment) => builders.has(programOf(segment)))) return null;
  const words = wordsOf(last).slice(assignments(last));
  if (words[0] === 'exec') words.shift();
  if (words.length === 0 || !isNode(words[0]!)) return null;
  const script = scriptAmong(words.slice(1));
  return script === null ? null : { command: last.trim(), script };
}

/** Names the program that compiles the sources while they run (`tsx`, `ts-node`, ...); null when the command shows none. */
export function transpilerIn(command: string): string | null {
  const words = wordsOf(command);
  const means = (word: string, name: string): boolean => word === name || word.startsWith(`${name}/`) || word.endsWith(`/.bin/${name}`) || word.includes(`node_modules/${name}/`);
  return transpilers.find((name) => words.some((word) => means(word, name))) ?? null;
}

/** The words after a program that runs a file as the main script: one of them is that script. Empty when no such program is there. */
export function wordsAfterRunner(command: string): string[] {
  const words = wordsOf(command);
  // After a change of folder the words name files somewhere else.
  if (words.includes('cd')) return [];
  const at = words.findIndex((word) => runners.has(word.split('/').at(-1)!));
  return at === -1 ? [] : words.slice(at + 1).filter((word) => !word.startsWith('-'));
}

/** What a start command gives to Node and to the server, each word as the shell would read it: quoted, with its variables. */
export interface GivenWords {
  /** `NAME=value` before the program. */
  variables: string[];
  /** Without what the build does itself, or what is for development only: preloads, watching, inspecting. A value is in its flag's word. */
  flags: string[];
  words: string[];
}

/** Takes `NAME=value node --flag server.js -p $PORT`, `tsx src/server.ts` or a package's own command apart; null where that takes a shell. */
export function givenWords(command: string): GivenWords | null {
  const words = (splitSegments(command)?.at(-1)?.match(WORD) ?? []).map((raw) => ({ raw, word: unquoted(raw) }));
  let at = words.findIndex(({ word }) => !/^(?:[A-Za-z_]\w*=|exec$|npx$|env$|cross-env$)/.test(word));
  if (at < 0) return null;
  const variables = words.slice(0, at).flatMap(({ raw }) => (/^[A-Za-z_]\w*=/.test(raw) ? [raw] : []));
  const program = words[at++]!.word.split('/').at(-1)!;
  if (!runners.has(program)) return packageManagers.has(program) ? null : { variables, flags: [], words: words.slice(at).map(({ raw }) => raw) };
  const flags: string[] = [];
  for (; at < words.length && words[at]!.word.startsWith('-'); at++) {
    const { word, raw } = words[at]!;
    if (word === '--') {
      at++;
      break;
    }
    if (flagsWithoutScript.has(word)) return null;
    const value = flagsWithValue.has(word) ? (words[++at]?.raw ?? '') : null;
    if (program !== 'node' || notForBuilds.test(word)) continue;
    if (value === null || word.startsWith('--')) flags.push(value === null ? raw : `${raw}=${value}`);
    else flags.push(raw, value);
  }
  return at < words.length ? { variables, flags, words: words.slice(at + 1).map(({ raw }) => raw) } : null;
}

const packageManagers = new Set(['npm', 'pnpm', 'yarn', 'bun']);
const notForBuilds = /^(?:-r|--require|--import|--loader|--experimental-loader|--watch|--watch-path|--inspect|--inspect-brk|--inspect-port|--experimental-strip-types|--experimental-transform-types)(?:=|$)/;

function scriptAmong(words: string[]): string | null {
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === '--') return words[at + 1] ?? null;
    if (!word.startsWith('-')) return word;
    if (flagsWithoutScript.has(word)) return null;
    if (flagsWithValue.has(word)) at++;
  }
  return null;
}

function isNode(word: string): boolean {
  return word === 'node' || word.endsWith('/node');
}

function programOf(segment: string): string {
  const word = wordsOf(segment)[assignments(segment)] ?? '';
  return word.split('/').at(-1)!;
}

function assignments(segment: string): number {
  const words = wordsOf(segment);
  const first = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  return first === -1 ? words.length : first;
}

/** Parts between `&&` and `;`; null where pipes, substitution or background jobs make the order unclear. */
function splitSegments(command: string): string[] | null {
  const bare = command.replace(/'[^']*'|"(?:[^"\\]|\\.)*"/g, (quoted) => '_'.repeat(quoted.length));
  if (/[|`<>()]|\$\(|(?<!&)&(?!&)/.test(bare)) return null;
  const segments: string[] = [];
  let start = 0;
  for (const cut of bare.matchAll(/&&|;/g)) {
    segments.push(command.slice(start, cut.index));
    start = cut.index + cut[0].length;
  }
  return [...segments, command.slice(start)].filter((segment) => segment.trim() !== '');
}

function wordsOf(command: string): string[] {
  return (command.match(WORD) ?? []).map(unquoted);
}

const WORD = /(?:[^\s'"]|'[^']*'|"(?:[^"\\]|\\.)*")+/g;

function unquoted(word: string): string {
  return word.replace(/'([^']*)'|"((?:[^"\\]|\\.)*)"/g, (_all, single?: string, double?: string) => single ?? double ?? '');
}
