import { posix } from 'node:path';
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type YAMLMap } from 'yaml';
import { emptySetup, type FunctionSetup, type Written, type WrittenVariable } from '../../model/setup.ts';

interface Reader {
  file: string;
  lines: LineCounter;
  document: Document;
  /** Value of a parameter by its name, where it has a default. */
  parameter(name: string): string | null;
}

/** The functions of a CloudFormation or SAM template, YAML or JSON; none where the text is something else. */
export function readTemplate(text: string, file: string): FunctionSetup[] {
  const { root, reader } = open(text, file);
  const resources = root?.get('Resources');
  if (root === null || !isMap(resources)) return [];
  const globals = mapAt(root, 'Globals', 'Function');
  return resources.items.flatMap(({ key, value }) => {
    const type = isMap(value) ? value.get('Type') : null;
    if (!isMap(value) || (type !== 'AWS::Serverless::Function' && type !== 'AWS::Lambda::Function')) return [];
    const setup = emptySetup(String(isScalar(key) ? key.value : key), file, lineOf(key, reader));
    for (const properties of [globals, mapAt(value, 'Properties')]) if (properties !== null) readProperties(properties, setup, reader);
    const metadata = mapAt(value, 'Metadata');
    const context = metadata && written(metadata.get('DockerContext', true), reader)?.value;
    if (metadata !== null && metadata.has('Dockerfile')) {
      setup.folder = fromRoot(file, context ?? '.');
      setup.dockerfile = posix.normalize(posix.join(setup.folder, written(metadata.get('Dockerfile', true), reader)?.value ?? 'Dockerfile'));
    }
    return [setup];
  });
}

function readProperties(from: YAMLMap, setup: FunctionSetup, reader: Reader): void {
  const value = (...path: string[]): Written<string> | null => written(from.getIn(path, true), reader);
  const packageType = value('PackageType')?.value;
  if (packageType === 'Image' || value('ImageUri') !== null || value('Code', 'ImageUri') !== null) setup.packaging = 'image';
  else if (value('CodeUri') !== null || value('Code', 'S3Key') !== null || value('Handler') !== null) setup.packaging ??= 'zip';
  const folder = value('CodeUri')?.value;
  if (folder !== null && folder !== undefined && !folder.startsWith('s3:')) setup.folder = fromRoot(setup.file, folder);
  setup.handler = value('Handler') ?? setup.handler;
  setup.runtime = value('Runtime') ?? setup.runtime;
  setup.memoryMb = asNumber(value('MemorySize')) ?? setup.memoryMb;
  setup.architecture = architecture(value('Architectures', '0')) ?? setup.architecture;
  setup.invokeMode = value('FunctionUrlConfig', 'InvokeMode') ?? setup.invokeMode;
  setup.provisioned ||= from.has('ProvisionedConcurrencyConfig');
  const layers = from.get('Layers');
  if (isSeq(layers)) setup.layers.push(...layers.items.flatMap((item) => written(item, reader) ?? []));
  addVariables(setup, from.getIn(['Environment', 'Variables'], true), reader);
}

/** The functions of a serverless.yml; none where the text is something else. */
export function readServerless(text: string, file: string): FunctionSetup[] {
  const { root, reader } = open(text, file);
  const functions = root?.get('functions');
  if (root === null || !isMap(functions) || root.get('provider') === undefined) return [];
  const provider = mapAt(root, 'provider');
  return functions.items.flatMap(({ key, value }) => {
    if (!isMap(value)) return [];
    const setup = { ...emptySetup(String(isScalar(key) ? key.value : key), file, lineOf(key, reader)), folder: fromRoot(file, '.') };
    for (const properties of [provider, value]) if (properties !== null) readServerlessProperties(properties, setup, reader);
    setup.packaging = value.has('image') ? 'image' : 'zip';
    return [setup];
  });
}

function readServerlessProperties(from: YAMLMap, setup: FunctionSetup, reader: Reader): void {
  const value = (...path: string[]): Written<string> | null => written(from.getIn(path, true), reader);
  setup.handler = value('handler') ?? setup.handler;
  setup.runtime = value('runtime') ?? setup.runtime;
  setup.memoryMb = asNumber(value('memorySize')) ?? setup.memoryMb;
  setup.architecture = architecture(value('architecture')) ?? setup.architecture;
  setup.invokeMode = value('url', 'invokeMode') ?? setup.invokeMode;
  setup.provisioned ||= from.has('provisionedConcurrency');
  const layers = from.get('layers');
  // A function's own list takes the place of the provider's.
  if (isSeq(layers)) setup.layers = layers.items.flatMap((item) => written(item, reader) ?? []);
  addVariables(setup, from.get('environment', true), reader);
}

function addVariables(setup: FunctionSetup, given: unknown, reader: Reader): void {
  const variables = isAlias(given) ? given.resolve(reader.document) : given;
  if (variables !== undefined && !isMap(variables)) setup.moreVariables = true;
  for (const { key, value } of isMap(variables) ? variables.items : []) {
    const name = String(isScalar(key) ? key.value : key);
    // Another list put in here, or a function of the template in place of one.
    if (name === '<<') addVariables(setup, value, reader);
    else if (name.startsWith('Fn::')) setup.moreVariables = true;
    else {
      const one: WrittenVariable = { name, value: written(value, reader)?.value ?? null, file: reader.file, line: lineOf(key, reader) };
      setup.variables = [...setup.variables.filter((other) => other.name !== name), one];
    }
  }
}

function open(text: string, file: string): { root: YAMLMap | null; reader: Reader } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'silent', uniqueKeys: false });
  const root = isMap(document.contents) ? document.contents : null;
  const parameter = (name: string): string | null => {
    const given = root === null ? null : mapAt(root, 'Parameters', name)?.get('Default');
    return given === null || given === undefined ? null : String(given);
  };
  return { root, reader: { file, lines, document, parameter } };
}

/** A scalar as a text, with its place; null where there is none. What a function of the template computes has no value. */
function written(node: unknown, reader: Reader): Written<string> | null {
  if (node === undefined || node === null) return null;
  const place = { file: reader.file, line: lineOf(node, reader) };
  if (isMap(node)) {
    const [only] = node.items;
    const key = node.items.length === 1 && isScalar(only!.key) ? only!.key.value : null;
    const inner = key === 'Fn::Sub' || key === 'Ref' ? written(only!.value, reader)?.value : null;
    return { ...place, value: inner === null || inner === undefined ? null : key === 'Ref' ? reader.parameter(inner) : inner };
  }
  if (!isScalar(node) || node.value === null) return { ...place, value: null };
  if (node.tag === '!Ref') return { ...place, value: reader.parameter(String(node.value)) };
  if (node.tag?.startsWith('!') === true && node.tag !== '!Sub' && node.tag !== '!') return { ...place, value: null };
  return { ...place, value: String(node.value) };
}

function lineOf(node: unknown, { lines }: Reader): number {
  const range = (node as { range?: [number, number, number] | null } | null)?.range;
  return range ? lines.linePos(range[0]).line : 1;
}

function mapAt(root: YAMLMap, ...path: string[]): YAMLMap | null {
  const found = root.getIn(path, true);
  return isMap(found) ? found : null;
}

function asNumber(text: Written<string> | null): Written<number> | null {
  const value = text?.value === null || text?.value === undefined ? Number.NaN : Number(text.value);
  return text === null ? null : { ...text, value: Number.isFinite(value) ? value : null };
}

function architecture(text: Written<string> | null): FunctionSetup['architecture'] {
  if (text === null) return null;
  return { ...text, value: text.value === 'arm64' ? 'arm64' : text.value === 'x86_64' ? 'x64' : null };
}

function fromRoot(file: string, folder: string): string {
  return posix.normalize(posix.join(posix.dirname(file), folder)).replace(/(?<=.)\/$/, '');
}
