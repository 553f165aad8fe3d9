import { shellWord } from '../../../model/shell-word.ts';
import { environmentFile } from './environment-file.ts';
import type { PackagedFile, PackagingInput } from './index.ts';

/** Below /opt/extensions the file's name is the name that the adapter registers under. */
const ADAPTER = '/opt/extensions/lambda-adapter';

/**
 * A Dockerfile that builds the app with the Node that will run it, and what keeps its context small. It asks for no secret:
 * nothing is started while it builds. `docker build -f <outdir>/Dockerfile .` in the folder with the lock file makes the image.
 */
export function imageFiles(input: PackagingInput): PackagedFile[] {
  return [
    { path: 'Dockerfile', text: dockerfile(input), mode: 0o644 },
    // BuildKit takes the ignore file that is named after the Dockerfile.
    { path: 'Dockerfile.dockerignore', text: ignored(input), mode: 0o644 },
  ];
}

function dockerfile(input: PackagingInput): string {
  const { app, folder, node, adapter, tool, workdir } = input;
  const inApp = folder === '.' ? '/src' : `/src/${folder}`;
  const manager = managers[app.packageManager];
  const build = ['npx', '--yes', `lwa-split@${tool}`, 'build', '.', '--no-boot', '--outdir', '/out', ...input.buildOptions].map(shellWord).join(' ');
  return `# ${app.name} for AWS Lambda, Amazon ECS and everywhere else. In the folder with the lock file:
#   docker build -f ${input.outdir === null ? 'path/to/this/Dockerfile' : `${folder === '.' ? '' : `${folder}/`}${input.outdir}/Dockerfile`} .
ARG NODE_VERSION=${node}
ARG LWA_VERSION=${adapter}

FROM public.ecr.aws/awsguru/aws-lambda-adapter:\${LWA_VERSION} AS adapter

# The code cache is good for exactly the Node that made it, so both stages stand on one.
FROM public.ecr.aws/docker/library/node:\${NODE_VERSION}-slim AS node

FROM node AS build
WORKDIR /src
${manager.setUp === null ? '' : `RUN ${manager.setUp}\n`}COPY . .
# Add-ons that are compiled here need: apt-get update && apt-get install -y --no-install-recommends python3 make g++
RUN ${manager.install(input.lockFile)}
WORKDIR ${inApp}
${input.hasBuildScript ? `RUN ${manager.run}\n` : ''}RUN ${build}

FROM node
COPY --from=adapter /lambda-adapter ${ADAPTER}
COPY --from=build /out /app
${environment(input)}
WORKDIR ${workdir === '.' ? '/app' : `/app/${workdir}`}
USER node
CMD ${JSON.stringify(commandOf(input))}
`;
}

/** What needs a shell gets one, which then gives way to Node. Files of variables are where secrets are: none is copied into an image. */
function commandOf({ server, given }: PackagingInput): string[] {
  const flags = given.flags.filter((flag) => !/(?:^|\/)\.env(?:$|\.(?!example$))/.test(environmentFile(flag) ?? ''));
  const words = ['node', ...flags, `/app/${server}`, ...given.words];
  const plain = given.variables.length === 0 && words.every((word) => /^[\w@%+=:,./-]+$/.test(word));
  return plain ? words : ['sh', '-c', [...given.variables, 'exec', ...words].join(' ')];
}

/** PORT is read by the app, and by the adapter where AWS_LWA_PORT does not say otherwise. */
function environment({ app, port }: PackagingInput): string {
  const lines = ['NODE_ENV=production', port === null ? 'PORT=8080' : `AWS_LWA_PORT=${port}`];
  if (app.readinessPath !== '/') lines.push(`AWS_LWA_READINESS_CHECK_PATH=${JSON.stringify(app.readinessPath)}`);
  return `ENV ${lines.join(' \\\n    ')}`;
}

function ignored({ outdir, folder }: PackagingInput): string {
  const own = outdir === null ? [] : [folder === '.' ? outdir : `${folder}/${outdir}`];
  return ['**/node_modules', '**/.git', '**/.env', '**/.env.*', '!**/.env.example', ...own, 'cdk.out', '.aws-sam', '**/coverage', ''].join('\n');
}

/** Node 25 and later come without it. */
const COREPACK = 'npm install --global corepack@0 && corepack enable';

type Manager = { setUp: string | null; install(lockFile: string | null): string; run: string };

const managers: Record<PackagingInput['app']['packageManager'], Manager> = {
  npm: { setUp: null, install: (lock) => (lock === null ? 'npm install --include=dev' : 'npm ci --include=dev'), run: 'npm run build' },
  pnpm: { setUp: COREPACK, install: (lock) => `pnpm install${lock === null ? '' : ' --frozen-lockfile'} --prod=false`, run: 'pnpm run build' },
  // Yarn 1 takes --frozen-lockfile, later ones take it as the old name of --immutable.
  yarn: { setUp: COREPACK, install: (lock) => `yarn install${lock === null ? '' : ' --frozen-lockfile'}`, run: 'yarn run build' },
  bun: { setUp: 'npm install --global bun@1', install: (lock) => `bun install${lock === null ? '' : ' --frozen-lockfile'}`, run: 'bun run build' },
};
