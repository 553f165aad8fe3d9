import type { Expression, NewExpression, Node, ObjectExpression, Program } from 'oxc-parser';
import { posix } from 'node:path';
import { emptySetup, type FunctionSetup, type Written } from '../../model/setup.ts';
import { languageOf, parseTree, walk } from '../parse.ts';

/** Constructs of the CDK that make a function, by the last part of their name. */
const constructs = /^(Function|DockerImageFunction|NodejsFunction|CfnFunction|SingletonFunction)$/;

interface Reader {
  file: string;
  folder: string;
  lineOf(node: Node): number;
  /** What a name that is declared once in the file stands for. */
  valueOf(name: string): Expression | null;
}

/**
 * The functions that a CDK source makes, as far as they are written as literals; none where it is no CDK source. `folder` is the
 * one with cdk.json, where relative paths begin.
 */
export function readCdk(text: string, file: string, folder: string): FunctionSetup[] {
  if (!/aws-cdk-lib|@aws-cdk\//.test(text)) return [];
  const tree = parseTree(text, { module: 'esm', language: languageOf(file) });
  if (tree === null) return [];
  const reader: Reader = { file, folder, lineOf: lineFinder(text), valueOf: declarations(tree.program) };
  const setups: FunctionSetup[] = [];
  walk(tree.program, (node) => {
    if (node.type !== 'NewExpression' || !constructs.test(lastName(node.callee) ?? '')) return;
    const setup = functionOf(node, reader);
    if (setup !== null) setups.push(setup);
  });
  walk(tree.program, (node) => {
    // fn.addEnvironment('NAME', 'value'), on whichever function: with one in the file it is that one.
    if (node.type !== 'CallExpression' || lastName(node.callee) !== 'addEnvironment' || setups.length !== 1) return;
    const [name, value] = node.arguments.map((argument) => (argument.type === 'SpreadElement' ? null : literal(argument, reader)));
    if (typeof name === 'string') setups[0]!.variables.push({ name, value: value ?? null, file, line: reader.lineOf(node) });
  });
  return setups;
}

function functionOf(node: NewExpression, reader: Reader): FunctionSetup | null {
  const [, id, last] = node.arguments;
  const properties = last === undefined || last.type === 'SpreadElement' ? null : objectOf(last, reader);
  if (properties === null) return null;
  const line = reader.lineOf(node);
  const setup = emptySetup((id && id.type !== 'SpreadElement' && literal(id, reader)) || 'function', reader.file, line);
  const at = (name: string): Expression | null => propertyOf(properties, name);
  const write = <Value>(value: Value | null, from: Node): Written<Value> => ({ value, file: reader.file, line: reader.lineOf(from) });
  const text = (name: string): Written<string> | null => {
    const found = at(name);
    return found === null ? null : write(literal(found, reader) ?? lastName(found), found);
  };
  setup.packaging = lastName(node.callee) === 'DockerImageFunction' || /FROM_IMAGE/.test(lastName(at('handler')) ?? '') ? 'image' : 'zip';
  setup.handler = setup.packaging === 'zip' ? text('handler') : null;
  const runtime = text('runtime');
  setup.runtime = runtime && { ...runtime, value: runtime.value?.replace(/^NODEJS_(\d+)_X$/, 'nodejs$1.x') ?? null };
  const memory = at('memorySize');
  if (memory !== null) setup.memoryMb = write(numberOf(memory), memory);
  const architecture = text('architecture');
  if (architecture !== null) setup.architecture = { ...architecture, value: architecture.value === 'ARM_64' ? 'arm64' : architecture.value === 'X86_64' ? 'x64' : null };
  const code = at('code');
  if (code?.type === 'CallExpression') {
    const [folder, settings] = code.arguments;
    const given = folder === undefined || folder.type === 'SpreadElement' ? null : folderOf(folder, reader);
    if (given !== null) setup.folder = posix.normalize(given).replace(/(?<=.)\/$/, '');
    const named = settings === undefined || settings.type === 'SpreadElement' ? null : objectOf(settings, reader);
    const dockerfile = named && propertyOf(named, 'file');
    const name = dockerfile === null ? 'Dockerfile' : literal(dockerfile, reader);
    if (setup.packaging === 'image' && setup.folder !== null && name !== null) setup.dockerfile = posix.join(setup.folder, name);
  }
  const environment = at('environment');
  const variables = environment && objectOf(environment, reader);
  if (environment !== null && variables === null) setup.moreVariables = true;
  for (const property of variables?.properties ?? []) {
    const name = property.type === 'Property' && !property.computed ? keyOf(property.key) : null;
    if (property.type !== 'Property' || name === null) setup.moreVariables = true;
    else setup.variables.push({ name, value: literal(property.value as Expression, reader), file: reader.file, line: reader.lineOf(property) });
  }
  const layers = at('layers');
  if (layers !== null) setup.layers = layersIn(layers, reader).map((arn) => write(arn.value, arn.node));
  return setup;
}

/** Texts that name a layer anywhere in the expression, through names declared in the file. */
function layersIn(expression: Expression, reader: Reader, depth = 0): { value: string; node: Node }[] {
  const found: { value: string; node: Node }[] = [];
  walk(expression, (node) => {
    if (node.type === 'Identifier' && depth < 3) {
      const value = reader.valueOf(node.name);
      if (value !== null) found.push(...layersIn(value, reader, depth + 1));
    }
    const text = node.type === 'Literal' || node.type === 'TemplateLiteral' ? literal(node as Expression, reader) : null;
    if (text !== null && /:layer:/.test(text)) found.push({ value: text, node });
  });
  return found;
}

/** A text, number or boolean as the text that Lambda is given; what is computed inside a template stands as `${…}`. */
function literal(node: Expression | Node, reader: Reader): string | null {
  if (node.type === 'Literal') return node.value === null || typeof node.value === 'object' ? null : String(node.value);
  if (node.type === 'TemplateLiteral') {
    return node.quasis.map((quasi, i) => `${quasi.value.cooked ?? ''}${i < node.expressions.length ? (literal(node.expressions[i]!, reader) ?? '${…}') : ''}`).join('');
  }
  if (node.type === 'Identifier') {
    const value = reader.valueOf(node.name);
    return value === null || value.type === 'Identifier' ? null : literal(value, reader);
  }
  return null;
}

/** From the app's root. `path.join(__dirname, '..', 'app')` and the like count from the file's folder. */
function folderOf(node: Expression, reader: Reader): string | null {
  if (node.type !== 'CallExpression') {
    const given = literal(node, reader);
    return given === null || given.includes('${…}') || given.startsWith('/') ? null : posix.join(reader.folder, given);
  }
  const [first, ...rest] = node.arguments;
  if (!/^(join|resolve)$/.test(lastName(node.callee) ?? '')) return null;
  const fromHere = first !== undefined && /^(__dirname|dirname)$/.test(first.type === 'SpreadElement' ? '' : (lastName(first) ?? ''));
  const words = (fromHere ? rest : node.arguments).map((one) => (one.type === 'SpreadElement' ? null : literal(one, reader)));
  return words.every((word) => word !== null && !word.includes('${…}')) ? posix.join(fromHere ? posix.dirname(reader.file) : reader.folder, ...(words as string[])) : null;
}

function objectOf(node: Node, reader: Reader): ObjectExpression | null {
  if (node.type === 'ObjectExpression') return node;
  if (node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression') return objectOf(node.expression, reader);
  const value = node.type === 'Identifier' ? reader.valueOf(node.name) : null;
  return value === null || value.type === 'Identifier' ? null : objectOf(value, reader);
}

function propertyOf(object: ObjectExpression, name: string): Expression | null {
  const found = object.properties.find((property) => property.type === 'Property' && keyOf(property.key) === name);
  return found?.type === 'Property' ? (found.value as Expression) : null;
}

function numberOf(node: Expression): number | null {
  return node.type === 'Literal' && typeof node.value === 'number' ? node.value : null;
}

function keyOf(key: Node): string | null {
  return key.type === 'Identifier' ? key.name : key.type === 'Literal' && typeof key.value === 'string' ? key.value : null;
}

/** `Function` of `lambda.Function`. */
function lastName(node: Node | null): string | null {
  if (node === null) return null;
  if (node.type === 'Identifier') return node.name;
  return node.type === 'MemberExpression' && node.property.type === 'Identifier' && !node.computed ? node.property.name : null;
}

function declarations(program: Program): (name: string) => Expression | null {
  const known = new Map<string, Expression | null>();
  walk(program, (node) => {
    if (node.type !== 'VariableDeclarator' || node.id.type !== 'Identifier') return;
    known.set(node.id.name, known.has(node.id.name) ? null : node.init);
  });
  return (name) => known.get(name) ?? null;
}

function lineFinder(text: string): (node: Node) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (node) => starts.findLastIndex((start) => start <= node.start) + 1;
}
