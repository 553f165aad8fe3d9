import { join, posix, relative } from 'node:path';
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

/** Reads how the app is deployed behind the Lambda Web Adapter, and says what is wrong with it. `workspaceRoot` from the root. */
export function findSetup(root: string, workspaceRoot: string, files: ProjectFiles): Setup {
  const folders = foldersToRead(root, workspaceRoot, files);
  const setups = joined(folders.flatMap((folder) => setupsIn(root, folder, files)));
  const behindAdapter = setups.filter(usesAdapter);
  const found = behindAdapter.flatMap((setup) => {
    const version = adapterVersion(setup);
    return [...lintVariables(setup, version), ...lintPorts(setup), ...lintPackaging(setup), ...lintScript(setup, root, files)];
  });
  return { placement: placementIn(behindAdapter.length > 0 ? behindAdapter : setups), findings: unique(found) };
}

/** The app's folder and the workspace's, with the folders right in them, or among its packages, that are named like infrastructure. */
function foldersToRead(root: string, workspaceRoot: string, files: ProjectFiles): string[] {
  const whole = join(root, workspaceRoot);
  const tops = [...new Set([root, whole, join(whole, 'packages'), join(whole, 'apps')])];
  const below = (folder: string): string[] => files.list(folder).filter((name) => infrastructure.test(name)).map((name) => join(folder, name)).filter((path) => files.isFolder(path));
  return [...new Set(tops.flatMap((top) => [top, ...below(top).flatMap((inner) => [inner, ...below(inner)])]))];
}

function setupsIn(root: string, folder: string, files: ProjectFiles): FunctionSetup[] {
  return files.list(folder).flatMap((name) => {
    const path = join(folder, name);
    const file = relative(root, path).replaceAll('\\', '/');
    const text = (): string => files.read(path) ?? '';
    if (dockerfiles.test(name)) return [readDockerfile(text(), file)];
    if (templates.test(name)) return readTemplate(text(), file);
    if (serverless.test(name)) return readServerless(text(), file);
    if (!/\.(?:ts|mts|js|mjs)$/.test(name) || /\.d\.ts$|\.min\.js$/.test(name)) return [];
    const app = cdkFolder(folder, files);
    if (app === null) return [];
    const source = text();
    return source.length > MOST_CHARACTERS ? [] : readCdk(source, file, relative(root, app).replaceAll('\\', '/') || '.');
  });
}

/** The folder with cdk.json, at most two above. */
function cdkFolder(folder: string, files: ProjectFiles): string | null {
  const above = [folder, join(folder, '..'), join(folder, '../..')];
  return above.find((one) => files.isFile(join(one, 'cdk.json'))) ?? null;
}

/** A function made of an image has what the Dockerfile says, as far as it does not say it otherwise; such a Dockerfile is not told by itself too. */
function joined(setups: FunctionSetup[]): FunctionSetup[] {
  const images = setups.filter((setup) => setup.name === 'image' && setup.dockerfile !== null);
  const functions = setups.filter((setup) => !images.includes(setup));
  const used = new Set<FunctionSetup>();
  const whole = functions.map((setup) => {
    const image = setup.packaging === 'image' ? imageOf(setup, images) : undefined;
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
  if (setup.folder !== null) return images.find(({ folder }) => folder === setup.folder);
  return images.length === 1 ? images[0] : undefined;
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
