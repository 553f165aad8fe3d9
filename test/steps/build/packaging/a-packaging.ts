import type { PackagingInput } from '../../../../src/steps/build/packaging/index.ts';

/** An npm app that builds into dist-lambda; give only what a test is about. */
export function aPackaging(given: Partial<PackagingInput> = {}): PackagingInput {
  return {
    app: { name: 'shop', packageManager: 'npm', readinessPath: '/' },
    folder: '.',
    lockFile: 'package-lock.json',
    hasBuildScript: true,
    outdir: 'dist-lambda',
    buildOptions: ['--plan', 'plan.json'],
    server: 'server.cjs',
    given: { variables: [], flags: [], words: [] },
    workdir: '.',
    port: null,
    node: '24',
    adapter: '1.1.0',
    tool: '0.1.0',
    ...given,
  };
}
