import { DockerfileParser, type Copy, type Dockerfile, type From, type Instruction } from 'dockerfile-ast';
import { posix } from 'node:path';
import { emptySetup, type FunctionSetup } from '../../model/setup.ts';

/** What a Dockerfile says about the function that its last stage becomes; stages that this one starts from count as part of it. */
export function readDockerfile(text: string, file: string): FunctionSetup {
  const parsed = DockerfileParser.parse(text);
  const setup = { ...emptySetup('image', file, 1), packaging: 'image' as const, dockerfile: file, folder: posix.dirname(file) };
  const stages = parsed.getFROMs();
  const last = stages.at(-1);
  if (last === undefined) return setup;
  const chain = chainOf(last, stages);
  const inChain = (one: Instruction): boolean => chain.includes(stageOf(one, stages)!);
  for (const env of parsed.getENVs().filter(inChain)) {
    for (const property of env.getProperties()) {
      const value = expand(property.getValue() ?? '', parsed, env);
      setup.variables = setup.variables.filter(({ name }) => name !== property.getName());
      setup.variables.push({ name: property.getName(), value, file, line: property.getRange().start.line + 1 });
    }
  }
  for (const copy of parsed.getCOPYs()) readCopy(copy, { setup, parsed, stages, lastStage: inChain(copy) });
  for (const expose of parsed.getInstructions().filter((one) => one.getKeyword() === 'EXPOSE' && inChain(one))) {
    for (const argument of expose.getArguments()) {
      const port = Number(expand(argument.getValue().replace(/\/(tcp|udp)$/, ''), parsed, expose) ?? Number.NaN);
      if (Number.isInteger(port)) setup.exposedPorts.push({ value: port, file, line: argument.getRange().start.line + 1 });
    }
  }
  const first = chain.at(-1)!;
  const platform = chain.map((stage) => stage.getPlatformFlag()?.getValue()).find((value) => value !== null && value !== undefined);
  if (platform !== undefined && /arm64|amd64/.test(platform)) setup.architecture = { value: /arm64/.test(platform) ? 'arm64' : 'x64', file, line: lineOf(first) };
  setup.base = { value: expand(first.getImage() ?? '', parsed, first), file, line: lineOf(first), entrypoint: parsed.getENTRYPOINTs().some(inChain) };
  setup.line = lineOf(last);
  return setup;
}

function readCopy(copy: Copy, { setup, parsed, stages, lastStage }: { setup: FunctionSetup; parsed: Dockerfile; stages: From[]; lastStage: boolean }): void {
  const words = copy.getArguments().map((argument) => argument.getValue());
  const to = words.at(-1) ?? '';
  const from = copy.getFromFlag()?.getValue() ?? null;
  const named = from === null ? undefined : stages.find((stage, i) => stage.getBuildStage() === from || String(i) === from);
  const image = named?.getImage() ?? from;
  if (image !== null && /aws-lambda-adapter/.test(image)) {
    setup.adapterCopies.push({ value: expand(image, parsed, copy), file: setup.file, line: lineOf(copy), from: words[0] ?? '', to, lastStage });
  } else if (lastStage && to.startsWith('/opt/extensions') && to !== '/opt/extensions/lambda-adapter') {
    setup.extensions.push(posix.basename(to.endsWith('/') || to === '/opt/extensions' ? (words[0] ?? to) : to));
  } else if (lastStage && to === '/opt/extensions/lambda-adapter') {
    // A binary that was built or downloaded by an earlier stage: there is no telling which version.
    setup.adapterCopies.push({ value: null, file: setup.file, line: lineOf(copy), from: words[0] ?? '', to, lastStage });
  }
}

/** The stage, the one that it starts from, and so on. */
function chainOf(stage: From, stages: From[]): From[] {
  const before = stages.slice(0, stages.indexOf(stage));
  const base = before.findLast((one) => one.getBuildStage() !== null && one.getBuildStage() === stage.getImage());
  return base === undefined ? [stage] : [stage, ...chainOf(base, stages)];
}

function stageOf(one: Instruction, stages: From[]): From | undefined {
  return stages.findLast((stage) => stage.getRange()!.start.line <= one.getRange()!.start.line);
}

/** With build arguments that have a default put in; null where another variable is in it. */
function expand(text: string, parsed: Dockerfile, at: Instruction): string | null {
  const initial = new Map(parsed.getInitialARGs().map((arg) => [arg.getProperty()?.getName(), arg.getProperty()?.getValue() ?? null]));
  let known = true;
  const expanded = text.replace(/\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))/g, (_, braced: string | undefined, otherwise: string | undefined, bare: string | undefined) => {
    const name = braced ?? bare ?? '';
    const value = parsed.resolveVariable(name, at.getRange()!.start.line) ?? initial.get(name) ?? otherwise;
    if (value === null || value === undefined) known = false;
    return value ?? '';
  });
  return known ? expanded : null;
}

function lineOf(one: Instruction): number {
  return one.getRange()!.start.line + 1;
}
