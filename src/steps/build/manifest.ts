import { join } from 'node:path';
import type { CodeCacheKind } from '../../model/build.ts';
import { Manifest } from '../../model/manifest.ts';
import { readJson, writeFileAtomic } from '../../system/files.ts';

const FILE = 'manifest.json';

export function writeManifest(outdir: string, manifest: Manifest): void {
  writeFileAtomic(join(outdir, FILE), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** The manifest of a build; null where there is none of this version. Throws a UserError where it is no JSON. */
export function readManifest(outdir: string): Manifest | null {
  return Manifest.safeParse(readJson(join(outdir, FILE))).data ?? null;
}

/** Notes which Node's code cache lies beside the manifest: it is of use to no other. */
export function noteCodeCache(outdir: string, manifest: Manifest, kind: CodeCacheKind, node: string): void {
  writeManifest(outdir, { ...manifest, codeCache: kind === 'none' ? null : { kind, node, arch: process.arch, platform: process.platform } });
}
