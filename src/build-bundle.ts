// The mode bundle of `build`, in the terms of the mode pack: the same input, the same kind of result.
import { extname, join, relative } from 'node:path';
import type { DeferralsFile } from './model/deferrals.ts';
import type { Manifest } from './model/manifest.ts';
import { shellWord } from './model/shell-word.ts';
import { UserError } from './model/trouble.ts';
import { bundle } from './steps/build/bundle/index.ts';
import { kindReader } from './steps/build/formats.ts';
import type { DeferredImport, Packed, PackInput } from './steps/build/index.ts';
import { writeManifest } from './steps/build/manifest.ts';
import { sourceHash } from './steps/deferrals/file.ts';
import { listTree } from './system/file-tree.ts';
import { cacheFolder, contentHash, realPath, writeFileAtomic } from './system/files.ts';
import { nodeVersion } from './system/node-versions.ts';
import { diskFiles } from './system/project-files.ts';

/** Bundles the app into the output folder. Throws a UserError where it cannot be bundled. */
export async function bundleApp(input: PackInput): Promise<Packed> {
  const { app, root, outdir, graph, fileOf } = input;
  const file = graph === null ? (app.entry === null ? null : join(root, app.entry)) : fileOf(graph.entry);
  if (file === null) throw new UserError('no-entry', 'Nothing says which file starts the server.', 'Name it: lwa-split build path/to/server.js');
  const entry = realPath(file);
  const read = remembered(diskFiles.read);
  const kindOf = kindReader(read);
  const bundled = await bundle({
    root,
    base: join(root, app.workspaceRoot),
    outdir,
    entry,
    node: process.versions.node,
    sourcemap: input.sourcemap,
    evidence: writeEvidence(input, read),
    loads: loadsSeen(input),
    kept: new Set([...input.unpacked].flatMap((id) => fileOf(id) ?? [])),
    read,
    isEsm: (one) => extname(one) !== '.json' && kindOf(one, read(one) ?? '') === 'esm',
    onProgress: input.onProgress,
  });
  const { start, external, inputs } = bundled;
  const modules = { packed: inputs.length, hot: inputs.length };
  const manifest: Manifest = {
    kind: 'manifest',
    version: 1,
    mode: 'bundle',
    inputHash: contentHash(JSON.stringify([external, inputs.map((one) => [relative(root, one), contentHash(read(one) ?? '')]), input.deferrals])),
    app: { name: app.name, entry: relative(root, entry), readinessPath: app.readinessPath },
    start,
    node: await nodeVersion(input.node ?? process.execPath),
    codeCache: null,
    routes: [...input.routes].sort(),
    functions: {},
    deferred: input.deferrals.map(({ importer, specifier, target }) => ({ file: importer, specifier, target })),
    external,
    modules,
    findings: [],
  };
  writeManifest(outdir, manifest);
  const command = input.transpiler == null ? null : `exec node ${shellWord(realPath(join(outdir, start.split(' ').at(-1)!)))}`;
  return { start, entry, workdir: bundled.workdir, bytes: sizeOf(outdir), deferred: [...input.deferrals], refused: [], external, command, modules, codeCache: 'none', findings: [] };
}

/** What modules were seen to ask for while the app ran: their computed names are among it. */
function loadsSeen({ graph, fileOf }: PackInput): Map<string, string[]> {
  const loads = new Map<string, string[]>();
  for (const { from, to } of graph?.edges ?? []) {
    const [importer, target] = [fileOf(from), fileOf(to)];
    if (importer !== null && target !== null) loads.set(importer, [...(loads.get(importer) ?? []), target]);
  }
  return loads;
}

/** The plugin works from an evidence file: one with what this build shall defer, and nothing else. */
function writeEvidence({ root, deferrals, fileOf }: PackInput, read: (file: string) => string | null): string {
  const entryFor = ({ importer, specifier, values }: DeferredImport): DeferralsFile['imports'] => {
    const file = fileOf(importer);
    const source = file === null ? null : read(file);
    return source === null || values ? [] : [{ file: importer, specifier, verdict: 'defer', savesMs: 0, hash: sourceHash(source) }];
  };
  const path = join(cacheFolder(root), 'bundle-deferrals.json');
  writeFileAtomic(path, JSON.stringify({ version: 1, imports: deferrals.flatMap(entryFor) } satisfies DeferralsFile));
  return path;
}

function sizeOf(folder: string): number {
  return listTree(folder, () => false).entries.reduce((sum, entry) => sum + ('size' in entry ? entry.size : 0), 0);
}

function remembered(read: (file: string) => string | null): (file: string) => string | null {
  const known = new Map<string, string | null>();
  return (file) => {
    if (!known.has(file)) known.set(file, read(file));
    return known.get(file)!;
  };
}
