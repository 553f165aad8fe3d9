import { basename, join, posix, relative } from 'node:path';
import type { Placement } from '../../model/prediction.ts';
import type { FunctionSetup } from '../../model/setup.ts';
import { findings, type Finding } from '../../model/trouble.ts';
import { readCdk } from '../../syntax/setup/cdk.ts';
import { readDockerfile } from '../../syntax/setup/dockerfile.ts';
import { readServerless, readTemplate } from '../../syntax/setup/template.ts';
import type { ProjectFiles } from '../../system/project-files.ts';
import { adapterVersion, lintPackaging, usesAdapter } from './packaging.ts';
import { lintPorts, lintVariables } from './variables.ts';

export interface Setup {
  /** What is said about the function that runs this app. */
  placement: Partial<Placement>;
  findings: Finding[];
}

const dockerfiles = /^(?:(?:Dockerfile|Containerfile)(?:\.[\w.-]+)?|[\w-]+\.Dockerfile)$/;
const templates = /^(?:[\w-]*template[\w.-]*|samconfig|cloudformation[\w.-]*)\.(?:ya?ml|json)$/i;
const serverless = /^serverless[\w.-]*\.(?:ya?ml|json)$/;
/** Folders in which people keep what they deploy with. */
const infrastructure = /^(?:infra|infrastructure|deploy|deployment|cdk|iac|aws|sam|stack|stacks|lib|bin|cloudformation|docker)$/i;
/** Larger sources hold no stack that a person wrote. */
const MOST_CHARACTERS = 300_000;
/** Where a repository begins is looked for so many folders up. */
const MOST_ABOVE = 6;
/** Folders of a CDK app, and sources in them, that are looked at. */
const MOST_DEPTH = 5;
const noStacks = /^(?:node_modules|cdk\.out|dist|tests?|__tests__|\..*)$/;

/** Reads how the app is deployed behind the Lambda Web Adapter, and says what is wrong with it. `workspaceRoot` from the root. */
export function findSetup(root: string, workspaceRoot: string, files: ProjectFiles): Setup {
  const folders = foldersToRead(root, workspaceRoot, files);
  const read = [...folders.flatMap((folder) => setupsIn(root, folder, files)), ...folders.flatMap((folder) => cdkSetups(root, folder, files))];
  // From above, the app's own folder is called by its name.
  const written = read.map((setup) => ({ ...setup, folder: plainly(root, setup.folder), dockerfile: plainly(root, setup.dockerfile) }));
  const setups = joined([...written, ...namedDockerfiles(root, written, files)]).filter(({ folder }) => isOfApp(folder));
  const behindAdapter = setups.filter(usesAdapter);
  const found = behindAdapter.flatMap((setup) => {
    const version = adapterVersion(setup);
    return [...lintVariables(setup, version), ...lintPorts(setup), ...lintPackaging(setup), ...lintScript(setup, root, files)];
  });
  return { placement: placementIn(behindAdapter.length > 0 ? behindAdapter : setups), findings: unique(found) };
}

/** The app's folder and those above it in its workspace or repository, with the folders in them, or among their packages, that are named like infrastructure. */
function foldersToRead(root: string, workspaceRoot: string, files: ProjectFiles): string[] {
  const above = Array.from({ length: MOST_ABOVE + 1 }, (_, i) => join(root, '../'.repeat(i)).replace(/(?<=.)[\\/]$/, ''));
  const repository = above.findIndex((folder) => files.list(folder).includes('.git'));
  const tops = [...new Set([...(repository < 0 ? [root] : above.slice(0, repository + 1)), join(root, workspaceRoot)])];
  const below = (folder: string): string[] => files.list(folder).filter((name) => infrastructure.test(name)).map((name) => join(folder, name)).filter((path) => files.isFolder(path));
  const withPackages = tops.flatMap((top) => [top, join(top, 'packages'), join(top, 'apps')]);
  return [...new Set([...tops, ...withPackages.flatMap((top) => below(top).flatMap((inner) => [inner, ...below(inner)]))])];
}

/** False for the code of another app beside this one; where nothing tells whose it is, it may be this one's. */
function isOfApp(folder: string | null): boolean {
  return folder === null || !folder.startsWith('..') || /^(?:\.\.\/?)+$/.test(folder);
}

function setupsIn(root: string, folder: string, files: ProjectFiles): FunctionSetup[] {
  return files.list(folder).flatMap((name) => {
    const path = join(folder, name);
    const file = fromRoot(root, path);
    const text = (): string => files.read(path) ?? '';
    if (templates.test(name)) return readTemplate(text(), file);
    if (serverless.test(name)) return readServerless(text(), file);
    if (!dockerfiles.test(name)) return [];
    const setup = readDockerfile(text(), file);
    // In a folder for such files it says nothing about whose code it takes.
    return [infrastructure.test(basename(folder)) && folder !== root ? { ...setup, folder: null } : setup];
  });
}

/** Dockerfiles that functions name, and that stand in none of the folders. */
function namedDockerfiles(root: string, setups: readonly FunctionSetup[], files: ProjectFiles): FunctionSetup[] {
  const read = new Set(setups.filter(isImage).map(({ dockerfile }) => dockerfile));
  const named = setups.flatMap(({ dockerfile }) => (dockerfile === null || read.has(dockerfile) ? [] : [dockerfile]));
  return [...new Set(named)].flatMap((file) => {
    const text = files.read(join(root, file));
    return text === null ? [] : [readDockerfile(text, file)];
  });
}

/** A Dockerfile itself, and not a function that names one. */
function isImage({ name, file, dockerfile }: FunctionSetup): boolean {
  return name === 'image' && dockerfile === file;
}

/** What the sources of a CDK app make, where the folder is one. */
function cdkSetups(root: string, folder: string, files: ProjectFiles): FunctionSetup[] {
  if (!files.isFile(join(folder, 'cdk.json'))) return [];
  const sources = (inside: string, depth: number): string[] =>
    files.list(inside).flatMap((name) => {
      const path = join(inside, name);
      if (/\.(?:ts|mts|js|mjs)$/.test(name)) return /\.d\.m?ts$|\.min\.js$/.test(name) ? [] : [path];
      return depth > 0 && !noStacks.test(name) && files.isFolder(path) ? sources(path, depth - 1) : [];
    });
  return sources(folder, MOST_DEPTH).flatMap((path) => {
    const text = files.read(path) ?? '';
    return text.length > MOST_CHARACTERS ? [] : readCdk(text, fromRoot(root, path), fromRoot(root, folder));
  });
}

function plainly(root: string, path: string | null): string | null {
  return path === null ? null : fromRoot(root, join(root, path));
}

function fromRoot(root: string, path: string): string {
  return relative(root, path).replaceAll('\\', '/') || '.';
}

/** A function made of an image has what the Dockerfile says, as far as it does not say it otherwise; such a Dockerfile is not told by itself too. */
function joined(setups: FunctionSetup[]): FunctionSetup[] {
  const images = setups.filter(isImage);
  const functions = setups.filter((setup) => !images.includes(setup));
  const used = new Set<FunctionSetup>();
  // Where nothing says whose image it is: one function and one image belong together.
  const unclear = functions.filter((setup) => setup.packaging === 'image' && setup.folder === null);
  const whole = functions.map((setup) => {
    const image = setup.packaging === 'image' ? (imageOf(setup, images) ?? (unclear.length === 1 && unclear[0] === setup && images.length === 1 ? images[0] : undefined)) : undefined;
    if (image === undefined) return setup;
    used.add(image);
    const own = new Set(setup.variables.map(({ name }) => name));
    return {
      ...image,
      ...setup,
      architecture: setup.architecture ?? image.architecture,
      variables: [...image.variables.filter(({ name }) => !own.has(name)), ...setup.variables],
      adapterCopies: image.adapterCopies,
      extensions: image.extensions,
      exposedPorts: image.exposedPorts,
      base: image.base,
    };
  });
  return [...whole, ...images.filter((image) => !used.has(image))];
}

function imageOf(setup: FunctionSetup, images: FunctionSetup[]): FunctionSetup | undefined {
  if (setup.dockerfile !== null) return images.find(({ dockerfile }) => dockerfile === setup.dockerfile);
  return setup.folder === null ? undefined : images.find(({ folder }) => folder === setup.folder);
}

/** The script that a zip names as its handler, where it is there. */
function lintScript({ packaging, handler, folder }: FunctionSetup, root: string, files: ProjectFiles): Finding[] {
  if (packaging !== 'zip' || !handler?.value || !handler.value.endsWith('.sh')) return [];
  const file = posix.join(folder ?? '.', handler.value);
  const text = files.read(join(root, file));
  if (text === null) return [];
  if (/\r\n/.test(text)) return [findings['start-script']({ file, line: 1, problem: 'line-ends' })];
  if (!text.startsWith('#!')) return [findings['start-script']({ file, line: 1, problem: 'shebang' })];
  const line = text.split('\n').findIndex((one) => /^\s*(?:[A-Z_]+=\S+\s+)*(?:node|npm|npx|yarn|pnpm)\s/.test(one)) + 1;
  return line === 0 ? [] : [findings['start-script']({ file, line, problem: 'no-exec' })];
}

/** Of the function whose code is in the app's folder, else of the first. */
function placementIn(setups: FunctionSetup[]): Partial<Placement> {
  const setup = setups.find(({ folder }) => folder === '.') ?? setups[0];
  if (setup === undefined) return {};
  const asyncInit = setup.variables.some(({ name, value }) => /^(?:AWS_LWA_)?ASYNC_INIT$/.test(name) && value === 'true');
  const layers = setup.layers.flatMap(({ value }) => value ?? []).filter((arn) => !arn.includes('LambdaAdapter'));
  return {
    ...(setup.memoryMb?.value != null && { memoryMb: setup.memoryMb.value }),
    ...(setup.packaging !== null && { packaging: setup.packaging }),
    ...(setup.architecture?.value != null && { architecture: setup.architecture.value }),
    provisioned: setup.provisioned,
    asyncInit,
    extensions: [...layers.filter((arn) => /extension|insights|otel|newrelic|datadog|dynatrace|lumigo/i.test(arn)), ...setup.extensions],
  };
}

function unique(found: Finding[]): Finding[] {
  const seen = new Map(found.map((one) => [JSON.stringify(one), one]));
  return [...seen.values()].sort((a, b) => (a.file ?? '').localeCompare(b.file ?? '') || (a.line ?? 0) - (b.line ?? 0));
}
