import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DockerfileParser, type Dockerfile } from 'dockerfile-ast';
import { imageFiles } from '../../../../src/steps/build/packaging/dockerfile.ts';
import type { PackagingInput } from '../../../../src/steps/build/packaging/index.ts';
import { aPackaging } from './a-packaging.ts';

function parsed(given: Partial<PackagingInput> = {}): Dockerfile {
  return DockerfileParser.parse(fileNamed('Dockerfile', given));
}

function fileNamed(path: string, given: Partial<PackagingInput> = {}): string {
  return imageFiles(aPackaging(given)).find((file) => file.path === path)!.text;
}

/** `RUN npm ci`, in order, of the stage with this number from the end. */
function instructions(dockerfile: Dockerfile, fromEnd: number): string[] {
  const all = dockerfile.getInstructions().filter((one) => one.getKeyword() !== 'ARG');
  const starts = all.flatMap((one, index) => (one.getKeyword() === 'FROM' ? [index] : []));
  const begin = starts.at(-1 - fromEnd)!;
  return all.slice(begin, starts.find((index) => index > begin)).map((one) => `${one.getKeyword()} ${one.getTextContent().slice(one.getKeyword().length).trim().replace(/\s*\\\n\s*/g, ' ')}`);
}

const every: [string, Partial<PackagingInput>][] = (['npm', 'pnpm', 'yarn', 'bun'] as const).flatMap((packageManager) => [
  [packageManager, { app: { ...aPackaging().app, packageManager } }],
  [`${packageManager} in a workspace`, { app: { ...aPackaging().app, packageManager }, folder: 'apps/shop', workdir: 'app', lockFile: null }],
]);

describe('the Dockerfile', () => {
  it('ends in a stage that holds the build and the adapter, and starts plain Node as nobody special', () => {
    assert.deepEqual(instructions(parsed(), 0), [
      'FROM node',
      'COPY --from=adapter /lambda-adapter /opt/extensions/lambda-adapter',
      'COPY --from=build /out /app',
      'ENV NODE_ENV=production PORT=8080',
      'WORKDIR /app',
      'USER node',
      'CMD ["node","/app/server.cjs"]',
    ]);
  });

  it('builds without starting the app, in an image of the same Node', () => {
    assert.deepEqual(instructions(parsed(), 1), ['FROM node AS build', 'WORKDIR /src', 'COPY . .', 'RUN npm ci --include=dev', 'WORKDIR /src', 'RUN npm run build', 'RUN npx --yes lwa-split@0.1.0 build . --no-boot --outdir /out --plan plan.json']);
    assert.deepEqual(parsed().getFROMs().map((from) => from.getArgumentsContent()), ['public.ecr.aws/awsguru/aws-lambda-adapter:${LWA_VERSION} AS adapter', 'public.ecr.aws/docker/library/node:${NODE_VERSION}-slim AS node', 'node AS build', 'node']);
  });

  it('has versions that can be set from outside, and are fixed unless they are', () => {
    assert.deepEqual(parsed({ node: '24.1.0', adapter: '1.0.1' }).getARGs().map((arg) => arg.getArgumentsContent()), ['NODE_VERSION=24.1.0', 'LWA_VERSION=1.0.1']);
  });

  it('builds an app of a workspace from the folder with the lock file, and works where its files lie', () => {
    const dockerfile = parsed({ folder: 'apps/shop', workdir: 'app', hasBuildScript: false });
    assert.deepEqual(instructions(dockerfile, 1).slice(1, 5), ['WORKDIR /src', 'COPY . .', 'RUN npm ci --include=dev', 'WORKDIR /src/apps/shop']);
    assert.deepEqual(instructions(dockerfile, 0).slice(-3), ['WORKDIR /app/app', 'USER node', 'CMD ["node","/app/server.cjs"]']);
    assert.match(fileNamed('Dockerfile.dockerignore', { folder: 'apps/shop' }), /^apps\/shop\/dist-lambda$/m);
  });

  it('tells the adapter where an app listens that does not read PORT, and what it answers when it is ready', () => {
    const env = instructions(parsed({ port: 4000, app: { ...aPackaging().app, readinessPath: '/health z' } }), 0).find((one) => one.startsWith('ENV'));
    assert.equal(env, 'ENV NODE_ENV=production AWS_LWA_PORT=4000 AWS_LWA_READINESS_CHECK_PATH="/health z"');
  });

  for (const [name, given] of every) {
    it(`keeps the rules of Dockerfiles with ${name}`, () => {
      const dockerfile = parsed(given);
      const all = dockerfile.getInstructions();
      const known = /^(FROM|ARG|COPY|RUN|WORKDIR|ENV|USER|CMD)$/;
      assert.deepEqual(all.filter((one) => !known.test(one.getKeyword())), []);
      const stages = dockerfile.getFROMs().map((from) => from.getBuildStage());
      for (const from of dockerfile.getFROMs()) assert.ok(stages.includes(from.getImage()) || /:[\w.${}-]+$/.test(from.getImage()!), `${from.getImage()} has no tag`);
      for (const copy of dockerfile.getCOPYs()) assert.ok(copy.getFromFlag() === null || stages.includes(copy.getFromFlag()!.getValue()), 'copies from a stage that is not there');
      for (const one of all) if (one.getKeyword() === 'WORKDIR') assert.match(one.getArgumentsContent()!, /^\//);
      for (const one of all) if (one.getKeyword() === 'RUN') assert.doesNotMatch(one.getArgumentsContent()!, /sudo|\bcd\b|curl|wget|install --global [a-z]+(?!@|[a-z])/);
      const last = instructions(dockerfile, 0);
      assert.equal(last.findLast((one) => one.startsWith('USER')), 'USER node');
      assert.equal(last.filter((one) => one.startsWith('CMD')).length, 1);
      assert.deepEqual((JSON.parse(last.at(-1)!.slice('CMD '.length)) as string[])[0], 'node');
      assert.doesNotMatch(fileNamed('Dockerfile', given), /\r|SECRET|TOKEN|--mount/);
    });
  }

  it('gives the server what the start command does, by a shell only where one is needed', () => {
    const command = (flags: string[], words: string[], variables: string[] = []): string | undefined => instructions(parsed({ given: { variables, flags, words } }), 0).at(-1);
    assert.equal(command(['--max-old-space-size=512'], ['-d', './data']), 'CMD ["node","--max-old-space-size=512","/app/server.cjs","-d","./data"]');
    assert.equal(command([], ['-p', '$PORT']), 'CMD ["sh","-c","exec node /app/server.cjs -p $PORT"]');
    assert.equal(command([], [], ['NAME="a b"']), 'CMD ["sh","-c","NAME=\\"a b\\" exec node /app/server.cjs"]');
    // The files of variables that the engine is not sent are not asked for either.
    assert.equal(command(['--env-file=.env', '--env-file=config/.env.production', '--env-file=defaults.env'], []), 'CMD ["node","--env-file=defaults.env","/app/server.cjs"]');
  });

  it('sends neither installed packages nor secrets nor earlier builds to the engine', () => {
    assert.deepEqual(fileNamed('Dockerfile.dockerignore').split('\n').slice(0, 6), ['**/node_modules', '**/.git', '**/.env', '**/.env.*', '!**/.env.example', 'dist-lambda']);
  });
});
