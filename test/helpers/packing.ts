import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DeferredImport, Packed, PackInput } from '../../src/steps/build/index.ts';
import { boot } from '../../src/steps/boot/index.ts';
import { pack } from '../../src/steps/build/index.ts';
import { anApp } from './booting.ts';

export interface PackedApp {
  root: string;
  outdir: string;
  server: string;
  packed: Packed;
}

/** Writes a small app below a folder, starts it, and packs it. The first file is the entry; `flags` are for Node. */
export async function packApp(folder: string, files: Record<string, string>, { flags = '', ...given }: Partial<PackInput> & { deferrals?: DeferredImport[]; flags?: string } = {}): Promise<PackedApp> {
  const root = join(folder, 'app');
  const outdir = join(folder, 'out');
  for (const [path, text] of Object.entries({ 'package.json': '{"name":"small"}', ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const entry = Object.keys(files)[0]!;
  const setup = { app: anApp({ start: `exec node ${flags} ${entry}`, entry }), root, env: {}, runs: 0, timeoutMs: 10_000, ...(given.node === undefined ? {} : { node: given.node }) };
  const started = await boot(setup, () => {});
  const packed = await pack({
    ...setup,
    outdir,
    graph: started.boot.evidence.graph,
    main: started.boot.evidence.main,
    fileOf: (id) => started.ids.fileOf(id),
    deferrals: [],
    unpacked: new Set(),
    routes: [],
    codeCache: true,
    mayStart: true,
    sourcemap: 'none',
    onProgress: () => {},
    ...given,
  });
  return { root, outdir, server: join(outdir, packed.start.split(' ').at(-1)!), packed };
}

/** A server that answers once and ends, after it has told what `body` returns. */
export function answering(body: string): string {
  return `const http = require('node:http');
const server = http.createServer((request, response) => { response.end(String(${body})); });
server.listen(process.env.PORT, '127.0.0.1');
`;
}
