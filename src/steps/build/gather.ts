import { relative, sep } from 'node:path';
import { contextName } from '../../syntax/module-runner.ts';
import { modulePiecesOf, type ModulePieces } from '../../syntax/module-shape.ts';
import { dynamicImportsIn, requiredIn, type DynamicImports } from '../../syntax/requests.ts';
import type { NodeResolver, ResolveQuestion } from '../../system/node-resolver.ts';
import { deferIn, type Cut, type DeferredText } from './defer.ts';
import { kindReader, plainText, type Kind } from './formats.ts';

/** A module as it goes into the pack, before it is known how it is linked with others. */
export interface Gathered {
  /** Absolute, and from the base folder. */
  file: string;
  id: string;
  kind: Kind;
  /** What its author wrote, without types and byte order mark, with deferred imports moved. */
  source: string;
  /** The same before anything was moved. */
  written: string;
  /** The name of its context in its text; null for CommonJS that needs none. */
  context: string | null;
  /** Null but for ES modules. */
  pieces: ModulePieces | null;
  /** Where specifiers lead, as `require` and as `import` find them: absolute paths and `node:` names. */
  requires: Map<string, string>;
  imports: Map<string, string>;
  /** It makes code from strings that calls `import()`. */
  nativeImport: boolean;
  /** Source map of a compiled text. */
  map: string | null;
  deferred: DeferredText | null;
}

export interface GatherInput {
  /** Absolute paths to begin with: what a start loaded, or the entry. */
  begin: readonly string[];
  /** Imports that were seen, with what they led to: specifiers may be computed, and resolved by what the app brings. */
  seen: readonly { question: ResolveQuestion; target: string }[];
  /** How modules ran, where that was seen; by absolute path. */
  kinds: ReadonlyMap<string, 'cjs' | 'esm'>;
  /** Where the app compiles its sources while it runs: the options that it does so with, and what Node cannot find. */
  compiled: { optionsOf(file: string): Record<string, unknown> | undefined; sourceOf(specifier: string, importer: string): string | null } | null;
  base: string;
  read(file: string): string | null;
  resolver: NodeResolver;
  cutsOf(file: string): readonly Cut[];
  unpacked(file: string): boolean;
}

/** What is not loaded by a start is packed up to here; the rest runs from its files. */
const MAX_MODULES = 20_000;
const MAX_CHARACTERS = 96_000_000;

/** Reads the modules to begin with, and all that their literal specifiers lead to, in waves; by absolute path. */
export async function gather(input: GatherInput): Promise<Map<string, Gathered>> {
  // Most questions are known before a text is read, and are answered meanwhile.
  const seen = input.seen.map(({ question }) => question);
  const early = input.resolver.resolve(seen);
  early.catch(() => undefined);
  const known = new Map<string, string | null>();
  const found = new Map<string, Gathered>();
  const kindOf = kindReader(input.read);
  const tried = new Set<string>();
  const seenBy = new Map<string, ResolveQuestion[]>();
  const seenAs = new Map<string, string>();
  for (const { question, target } of input.seen) {
    seenBy.set(question[0], [...(seenBy.get(question[0]) ?? []), question]);
    seenAs.set(question.join('\0'), target);
  }
  let characters = 0;
  let wave: string[] = [...new Set(input.begin)];
  while (wave.length > 0) {
    const questions: ResolveQuestion[] = [];
    for (const file of wave) {
      tried.add(file);
      const module = input.unpacked(file) || found.size >= MAX_MODULES || characters > MAX_CHARACTERS ? null : gatherOne(file, input, kindOf);
      if (module === null) continue;
      found.set(file, module.gathered);
      characters += module.gathered.source.length;
      for (const specifier of module.requires) questions.push([file, specifier, 'require']);
      for (const specifier of module.imports) questions.push([file, specifier, 'import']);
      questions.push(...(seenBy.get(file) ?? []));
    }
    if (known.size === 0) for (const [i, answer] of (await early).entries()) known.set(seen[i]!.join('\0'), answer);
    const answers = await answersTo(questions, known, input.resolver);
    const next = new Set<string>();
    for (const [i, byNode] of answers.entries()) {
      const question = questions[i]!;
      const [importer, specifier, kind] = question;
      const answer = byNode ?? seenAs.get(question.join('\0')) ?? (input.compiled?.sourceOf(specifier, importer) ?? null);
      if (answer === null) continue;
      found.get(importer)![kind === 'require' ? 'requires' : 'imports'].set(specifier, answer);
      if (answer.startsWith('/') && !tried.has(answer)) next.add(answer);
    }
    wave = [...next];
  }
  return found;
}

async function answersTo(questions: readonly ResolveQuestion[], known: Map<string, string | null>, resolver: NodeResolver): Promise<(string | null)[]> {
  const keys = questions.map((question) => question.join('\0'));
  const open = [...keys.entries()].filter(([, key]) => !known.has(key));
  const answers = await resolver.resolve(open.map(([i]) => questions[i]!));
  open.forEach(([, key], i) => known.set(key, answers[i]!));
  return keys.map((key) => known.get(key)!);
}

interface One {
  gathered: Gathered;
  requires: string[];
  imports: string[];
}

function gatherOne(file: string, { base, read, cutsOf, kinds, compiled }: GatherInput, kindOf: (file: string, source: string) => Kind | null): One | null {
  const written = file.startsWith(base + sep) ? read(file)?.replace(/^\uFEFF/, '') : undefined;
  const kind = written === undefined ? null : (kinds.get(file) ?? kindOf(file, written));
  const compiledText = written === undefined || kind === null ? null : kind === 'json' ? { text: written, map: null } : plainText(file, written, kind, compiled);
  if (kind === null || compiledText === null) return null;
  const { text: plain, map } = compiledText;
  const gathered: Gathered = { file, id: relative(base, file).split(sep).join('/'), kind, source: plain, written: plain, context: null, pieces: null, requires: new Map(), imports: new Map(), nativeImport: false, map, deferred: null };
  if (kind === 'json') return { gathered, requires: [], imports: [] };
  const name = contextName(plain);
  const cuts = cutsOf(file);
  if (cuts.length > 0) {
    gathered.deferred = deferIn(plain, cuts, kind, name);
    gathered.source = gathered.deferred.text;
  }
  gathered.nativeImport = /\bimport\s*\(/.test(plain) && /\b(?:eval|Function)\s*\(/.test(plain);
  const requires = requiredIn(gathered.source);
  if (kind === 'esm') {
    gathered.pieces = modulePiecesOf(gathered.source, name);
    if (gathered.pieces === null) return null;
    gathered.context = name;
    const { requests, dynamicImports } = gathered.pieces.shape;
    return { gathered, requires, imports: [...new Set([...requests.map(({ specifier }) => specifier), ...dynamicImports, ...(gathered.deferred?.deferred ?? [])])] };
  }
  const dynamic: DynamicImports | null = dynamicImportsIn(gathered.source, name);
  if (dynamic === null) return null;
  gathered.source = dynamic.text;
  if (dynamic.count > 0 || (gathered.deferred?.deferred.length ?? 0) > 0) gathered.context = name;
  return { gathered, requires, imports: dynamic.specifiers };
}
