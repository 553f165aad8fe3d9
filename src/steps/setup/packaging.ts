import { adapterFile, adapterImage, adapterVersions, compareVersions, droppedRegions, layerAccounts, layerNames, newestAdapter } from '../../model/adapter-facts.ts';
import type { Architecture } from '../../model/prediction.ts';
import type { FunctionSetup, Written } from '../../model/setup.ts';
import { findings, type Finding } from '../../model/trouble.ts';

/** How the adapter comes into the function, and how the function starts with it. */
export function lintPackaging(setup: FunctionSetup): Finding[] {
  return [...setup.adapterCopies.flatMap((copy) => lintCopy(copy, setup)), ...setup.layers.flatMap((layer) => lintLayer(layer, setup)), ...lintStart(setup), ...lintInvokeMode(setup)];
}

/** The adapter's version: of its image's tag, or of its layer's number; null where neither is plain. */
export function adapterVersion({ adapterCopies, layers }: FunctionSetup): string | null {
  for (const { value } of adapterCopies) {
    const version = /^\d+\.\d+\.\d+(-rc\d+)?/.exec(tagOf(value ?? '') ?? '')?.[0];
    if (version !== undefined) return version;
  }
  const number = layers.map(({ value }) => layerParts(value)).find((parts) => parts !== null)?.version;
  return adapterVersions.find(({ layer }) => layer !== null && String(layer) === number)?.version ?? null;
}

/** True where the function has the adapter, or means to. */
export function usesAdapter({ adapterCopies, layers, variables }: FunctionSetup): boolean {
  return adapterCopies.length > 0 || layers.some(({ value }) => layerParts(value) !== null) || variables.some(({ name, value }) => /^(AWS_)?LWA_(?!SPLIT_)/.test(name) || (name === 'AWS_LAMBDA_EXEC_WRAPPER' && value === '/opt/bootstrap'));
}

function lintCopy({ value, from, to, lastStage, file, line }: FunctionSetup['adapterCopies'][number], setup: FunctionSetup): Finding[] {
  const found: Finding[] = [];
  const intoFolder = /^\/opt\/extensions\/?$/.test(to) && from.endsWith('/lambda-adapter');
  if (!lastStage) found.push(findings['adapter-copy']({ file, line, problem: 'stage' }));
  else if (to !== adapterFile && !intoFolder) found.push(findings['adapter-copy']({ file, line, problem: 'destination' }));
  if (value === null) return found;
  const official = value.startsWith(adapterImage);
  if (official && from !== '/lambda-adapter') found.push(findings['adapter-copy']({ file, line, problem: 'source' }));
  if (!official) return found;
  const tag = tagOf(value);
  if (tag === null) return found;
  if (tag === '' || tag === 'latest') return [...found, findings['adapter-image-tag']({ file, line, problem: 'floating', tag })];
  const [, version = '', suffix] = /^(.*?)(?:-(x86_64|aarch64))?$/.exec(tag) ?? [];
  const of: Architecture | null = suffix === undefined ? null : suffix === 'aarch64' ? 'arm64' : 'x64';
  if (of !== null && setup.architecture?.value && setup.architecture.value !== of) found.push(findings['adapter-image-tag']({ file, line, problem: 'architecture', tag }));
  const known = adapterVersions.some((one) => one.version === version) || compareVersions(version, adapterVersions[0]!.version) < 0;
  if (!/^\d+\.\d+\.\d+/.test(version) || !known) found.push(findings['adapter-image-tag']({ file, line, problem: 'unknown', tag }));
  else if (compareVersions(version, newestAdapter.version) < 0) found.push(findings['adapter-outdated']({ file, line, used: `Version ${version}`, newest: newestAdapter.version }));
  return found;
}

/** Tag of an image reference, empty for none; null where a digest says which one it is. */
function tagOf(reference: string): string | null {
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  const [, tag, digest] = /^[^:@]*(?::([^@]*))?(@.*)?$/.exec(name) ?? [];
  return tag ?? (digest === undefined ? '' : null);
}

interface LayerParts {
  partition: string;
  region: string;
  account: string;
  name: string;
  version: string;
}

/** Parts of the ARN of a layer that is, or means to be, the adapter's. What is computed in it stays as it is written. */
function layerParts(arn: string | null): LayerParts | null {
  // Account numbers and regions may be computed, and then hold colons: ${AWS::Region}.
  const plain = (arn ?? '').replace(/\$\{[^}]*\}/g, '*');
  const [, partition = '', region = '', account = '', name = '', version = ''] = /^arn:([^:]*):lambda:([^:]*):([^:]*):layer:([^:]*):?([^:]*)$/.exec(plain) ?? [];
  // The same accounts publish layers with nginx and PHP.
  return /adapt[eo]r/i.test(name) && (/lambda/i.test(name) || Object.values(layerAccounts).includes(account)) ? { partition, region, account, name, version } : null;
}

function lintLayer({ value, file, line }: Written<string>, setup: FunctionSetup): Finding[] {
  const parts = layerParts(value);
  if (parts === null) return [];
  const wrong = (problem: Parameters<(typeof findings)['adapter-layer']>[0]['problem'], layer: string): Finding[] => [findings['adapter-layer']({ file, line, problem, layer })];
  if (setup.packaging === 'image') return wrong('on-image', parts.name);
  const official = Object.values(layerAccounts).includes(parts.account) || /^\*?$/.test(parts.account);
  // Who publishes the layer in an account of their own may call it as they like.
  if (!official) return [];
  const of = Object.hasOwn(layerNames, parts.name) ? layerNames[parts.name as keyof typeof layerNames] : null;
  if (of === null) return parts.name.includes('*') ? [] : wrong('name', parts.name);
  const found = [...lintPlace(parts, wrong)];
  // Where nothing is said the function is x86.
  const architecture = setup.architecture === null ? 'x64' : setup.architecture.value;
  if (architecture !== null && architecture !== of) found.push(...wrong('architecture', parts.name));
  if (/^\d+$/.test(parts.version)) {
    if (Number(parts.version) > newestAdapter.layer) found.push(...wrong('version', parts.version));
    else if (Number(parts.version) < newestAdapter.layer) found.push(findings['adapter-outdated']({ file, line, used: `Layer version ${parts.version}`, newest: `layer version ${newestAdapter.layer}, adapter ${newestAdapter.version}` }));
  }
  return found;
}

function lintPlace({ partition, region, account, version }: LayerParts, wrong: (problem: 'region' | 'account', layer: string) => Finding[]): Finding[] {
  if (partition === 'aws-us-gov' || region.startsWith('us-gov-')) return wrong('region', 'GovCloud');
  if (droppedRegions[region] !== undefined && Number(version) > droppedRegions[region]) return wrong('region', region);
  const expected = layerAccounts[region.startsWith('cn-') ? `aws-cn ${region}` : 'aws'];
  if (/^\d+$/.test(account) && !region.includes('*') && expected !== undefined && account !== expected) return wrong('account', region);
  return [];
}

/** Bases of AWS whose entry point runs a handler. */
const awsBase = /(?:public\.ecr\.aws\/lambda\/nodejs|amazon\/aws-lambda-nodejs)/;

function lintStart(setup: FunctionSetup): Finding[] {
  const found: Finding[] = [];
  if (setup.base?.value && awsBase.test(setup.base.value) && !setup.base.entrypoint) found.push(findings['adapter-entrypoint']({ file: setup.base.file, line: setup.base.line }));
  const layer = setup.layers.find(({ value }) => layerParts(value) !== null);
  if (layer === undefined || setup.packaging === 'image' || /^provided/i.test(setup.runtime?.value ?? '')) return found;
  const wrapper = setup.variables.find(({ name }) => name === 'AWS_LAMBDA_EXEC_WRAPPER');
  if (wrapper === undefined && !setup.moreVariables) found.push(findings['adapter-wrapper']({ file: layer.file, line: layer.line, problem: 'missing' }));
  if (wrapper !== undefined && wrapper.value !== null && wrapper.value !== '/opt/bootstrap') found.push(findings['adapter-wrapper']({ file: wrapper.file, line: wrapper.line, problem: 'wrong' }));
  if (setup.handler?.value && /^[\w./-]+\.(handler|default|main)$/.test(setup.handler.value)) found.push(findings['adapter-handler']({ file: setup.handler.file, line: setup.handler.line, handler: setup.handler.value }));
  return found;
}

function lintInvokeMode({ invokeMode, variables, moreVariables }: FunctionSetup): Finding[] {
  const variable = variables.find(({ name }) => name === 'AWS_LWA_INVOKE_MODE');
  const url = invokeMode?.value?.toUpperCase();
  if (invokeMode === null || (url !== 'BUFFERED' && url !== 'RESPONSE_STREAM') || variable?.value === null || (variable === undefined && moreVariables)) return [];
  const adapter = (variable?.value ?? 'buffered').toLowerCase() === 'response_stream' ? 'RESPONSE_STREAM' : 'BUFFERED';
  return adapter === url ? [] : [findings['adapter-invoke-mode']({ file: invokeMode.file, line: invokeMode.line, url })];
}
