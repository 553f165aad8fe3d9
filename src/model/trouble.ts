import { z } from 'zod';

/** Something about the user's app: data, never an exception. Codes and sentences live in `findings` below. */
export const Finding = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  message: z.string(),
  file: z.string().nullable(),
  line: z.number().int().nullable(),
});
export type Finding = z.infer<typeof Finding>;

type Place = { file?: string; line?: number };

/** The one registry of findings: what is, why it matters, what to do. Tests and users rely on the codes. */
export const findings = {
  'app-crashed': (a: { message: string } & Place) =>
    finding('warning', 'app-crashed', `The app stopped before it answered: ${sentence(a.message)} Its modules are measured; its cold start is not. Give it what it needs with --env-file or --before.`, a),
  'app-never-listened': (a: { seconds: number; waitingFor: string[] } & Place) =>
    finding('warning', 'app-never-listened', `The app did not listen on any port within ${a.seconds} s${a.waitingFor.length > 0 ? `; it was waiting for ${a.waitingFor.join(', ')}` : ''}. Its modules are measured; its cold start is not.`, a),
  'app-never-answered': (a: { seconds: number; path: string } & Place) =>
    finding('warning', 'app-never-answered', `The app listens, but ${a.path} gave no status from 100 to 499 within ${a.seconds} s. Name a path that answers with --readiness-path.`, a),
  'unset-variables': (a: { names: string[] } & Place) =>
    finding('info', 'unset-variables', `Read while unset: ${a.names.join(', ')}. If the app needs them, pass --env NAME=VALUE or --env-file.`, a),
  'port-ignored': (a: { port: number } & Place) =>
    finding('warning', 'port-ignored', `The app listens on port ${a.port} whatever PORT says. The adapter must be told with AWS_LWA_PORT=${a.port}.`, a),
  'slow-exports-map': (a: { package: string; resolveMs: number; files: number } & Place) =>
    finding('warning', 'slow-exports-map', `Finding the ${a.files} files of ${a.package} took ${Math.round(a.resolveMs)} ms: from Node 22 on its large exports map is read again for each of them. A packed or bundled build does not pay this.`, a),
  'stale-deferrals': (a: { specifiers: string[]; because: 'changed' | 'missing' } & Place) =>
    finding('warning', 'stale-deferrals', `${a.file ?? 'An importer'} ${a.because === 'changed' ? 'has changed since its imports were judged' : 'is not there any more'}, so ${a.specifiers.join(', ')} is loaded at once. Run lwa-split analyze again to renew lwa-split.deferrals.json.`, a),
  'measured-through-transpiler': (a: { name: string } & Place) =>
    finding('info', 'measured-through-transpiler', `The app runs through ${a.name}, so compiling its own sources is part of every number. Measure the compiled form for what a deployment costs.`, a),
  'launcher-costs': (a: { command: string; ms: number } & Place) =>
    finding('info', 'launcher-costs', `Before the app's own process starts, "${a.command}" spends ${Math.round(a.ms)} ms. Start it with node and the entry file instead.`, a),
  'starts-twice': (a: { command: string; ms: number } & Place) =>
    finding('warning', 'starts-twice', `The process that answers is the second one of this app: before it began, a first one spent ${Math.round(a.ms)} ms on "${a.command}", loading modules that the second loads again. Without a cluster or a parent process a start would be that much faster; on Lambda one process is all that is needed.`, a),
  'routes-incomplete': (a: { problems: string[] } & Place) =>
    finding('info', 'routes-incomplete', `Not every route's handler could be told: ${a.problems.slice(0, 3).join('; ')}${a.problems.length > 3 ? `; and ${a.problems.length - 3} more` : ''}.`, a),
  'init-limit': (a: { initMs: number; highMs: number; limitMs: number } & Place) =>
    finding('warning', 'init-limit', `Init is predicted to take ${Math.round(a.initMs)} ms on Lambda, ${Math.round(a.highMs)} in a bad case, and after ${a.limitMs} ms Lambda begins it anew in the first request. Until it is faster, AWS_LWA_ASYNC_INIT=true lets it go on instead.`, a),
  'memory-beats-code': (a: { fromMb: number; toMb: number; savesMs: number; codeMs: number } & Place) =>
    finding('info', 'memory-beats-code', `More memory beats every code change here: from ${a.fromMb} to ${a.toMb} MB the first request is predicted to get ${Math.round(a.savesMs)} ms faster, and deferring imports could save ${Math.round(a.codeMs)} ms at the most.`, a),
  'not-started': (a: Place) =>
    finding('info', 'not-started', 'Nothing was started (--no-boot): routes and modules are read from the sources, sizes stand for times, and what only a start shows is missing.', a),
  'route-unreadable': (a: { what: string } & Place) =>
    finding('warning', 'route-unreadable', `It could not be read from the sources ${a.what}, so routes may be missing. A start shows them: run without --no-boot.`, a),
  'no-entry-to-read': (a: { command: string } & Place) =>
    finding('warning', 'no-entry-to-read', `"${a.command}" does not say which file starts the app, so its sources were not followed. Name the file: lwa-split analyze path/to/server.js --no-boot`, a),
  'no-routes-read': (a: Place) =>
    finding('warning', 'no-routes-read', 'No route was found in the sources: the app may be a bundle with its framework inside, use a framework that is not known, or keep its routes where reading does not reach. A start shows them: run without --no-boot.', a),
  'reading-stopped': (a: Place) =>
    finding('warning', 'reading-stopped', 'Reading the sources took too many steps and was stopped, so routes may be missing.', a),
  'route-streams': (a: { who: string } & Place) =>
    finding('info', 'route-streams', `${a.who}: the answer is sent in pieces. Behind the adapter this takes AWS_LWA_INVOKE_MODE=response_stream and a function URL in that mode; buffered, it arrives at once, at its end.`, a),
  'reads-authorization': (a: { who: string } & Place) =>
    finding('info', 'reads-authorization', `${a.who}: reads the Authorization header. Behind CloudFront with signed requests to a function URL the signature takes its place, so the viewer's own must travel in another header.`, a),
  'takes-body': (a: { who: string } & Place) =>
    finding('info', 'takes-body', `${a.who}: reads the request's body. Behind CloudFront with signed requests the caller must send its SHA-256 in x-amz-content-sha256; a request to Lambda may have 6 MB at most.`, a),
  'takes-uploads': (a: { who: string } & Place) =>
    finding('warning', 'takes-uploads', `${a.who}: takes uploads. Lambda takes 6 MB per request at most, binary bodies count a third more: let clients send files to S3 with a signed URL.`, a),
  'writes-files': (a: { who: string } & Place) =>
    finding('warning', 'writes-files', `${a.who}: writes to a path outside /tmp. On Lambda only /tmp can be written, and every environment has its own.`, a),
  'io-bound': (a: { who: string } & Place) =>
    finding('info', 'io-bound', `${a.who}: waits for others (network or database). More memory makes it little faster.`, a),
  'cpu-bound': (a: { who: string } & Place) =>
    finding('info', 'cpu-bound', `${a.who}: computes much. It gets faster with more memory, which on Lambda is more CPU.`, a),
  'uses-websocket': (a: { who: string } & Place) =>
    finding('warning', 'uses-websocket', `${a.who}: uses WebSockets, which a function behind the adapter cannot keep open. Use API Gateway's WebSocket API, or leave this part on a server.`, a),
  timers: (a: { who: string } & Place) =>
    finding('warning', 'timers', `${a.who}: sets a timer that repeats. Lambda freezes the process between requests, so it runs late or never, and once in every environment: use EventBridge Scheduler.`, a),
  'work-after-response': (a: { who: string } & Place) =>
    finding('warning', 'work-after-response', `${a.who}: starts work that nobody waits for. When the answer is sent, Lambda freezes the process, and the work stays half done until the next request or for ever: await it, or hand it to a queue.`, a),
  'sessions-in-memory': (a: { who: string } & Place) =>
    finding('warning', 'sessions-in-memory', `${a.who}: keeps sessions in memory. Each environment has its own, so people are signed out at random: give it a store, for example in DynamoDB or Redis.`, a),
  'rate-limit-in-memory': (a: { who: string } & Place) =>
    finding('warning', 'rate-limit-in-memory', `${a.who}: counts requests in memory. Each environment counts for itself, so the limit grows with their number: give it a shared store, or use AWS WAF's rate rules.`, a),
  'host-in-urls': (a: { who: string } & Place) =>
    finding('info', 'host-in-urls', `${a.who}: uses the Host of the request. Behind CloudFront that is the function's own host: take it from a setting, or from x-forwarded-host where you set it.`, a),
  'shared-state': (a: { name: string; writers: string; routes: number } & Place) =>
    finding('warning', 'shared-state', `The variable ${a.name} is changed by ${a.writers} and used by ${a.routes} routes. In separate functions, and in separate environments of one, each has its own.`, a),
  'probe-overhead': (a: { percent: number } & Place) =>
    finding('info', 'probe-overhead', `Under the probe a start is ${Math.round(a.percent)} % slower; module times are that much too high at the most, the cold start itself is measured without it.`, a),
  'small-heap-fails': (a: Place) =>
    finding('warning', 'small-heap-fails', 'With the heap that Node gives itself in a function of up to 512 MB (256 MB) the app does not come up. Give the function more memory, or set --max-old-space-size in NODE_OPTIONS; predictions for such sizes are too good.', a),
  'deferral-taken-back': (a: { what: string; because: string } & Place) =>
    finding('warning', 'deferral-taken-back', `Loaded late, ${a.what} makes a difference: ${sentence(a.because)} It is loaded at once.`, a),
  'module-taken-back': (a: { what: string; because: string } & Place) =>
    finding('warning', 'module-taken-back', `In the pack, ${a.what} makes a difference: ${sentence(a.because)} It runs from its file, as before.`, a),
  'build-differs': (a: { because: string } & Place) =>
    finding('error', 'build-differs', `The build does not do what the app does, whatever is left out: ${sentence(a.because)} Do not deploy it; lwa-split verify shows the difference in full.`, a),
  'build-not-compared': (a: { because: string } & Place) =>
    finding('info', 'build-not-compared', `Whether the build answers as the app does was not tried: ${sentence(a.because)}`, a),
  'environment-file-copied': (a: { file: string } & Place) =>
    finding('warning', 'environment-file-copied', `${a.file} is in the output, as the app may read it when it starts. Whoever gets the image or the zip can read its values: on Lambda set variables on the function instead, and build from a folder without the file.`, a),
  'packages-outside': (a: { count: number; first: string } & Place) =>
    finding('error', 'packages-outside', `The start loads packages that lie above the app's folder (modules: ${a.count}, the first of them from ${a.first}). They are not in the output, so it runs on this machine only. Install the packages in the app's folder, or name the workspace they belong to in the package.json above it.`, a),
  'zip-too-large': (a: { bytes: number } & Place) =>
    finding('warning', 'zip-too-large', `The output is ${megabytes(a.bytes)} MB, and a zip function may unpack to 262 MB (250 MiB) with all its layers. Deploy it as a container image.`, a),
  'zip-by-s3': (a: { bytes: number } & Place) =>
    finding('info', 'zip-by-s3', `The output is ${megabytes(a.bytes)} MB before it is compressed; a zip above 52 MB (50 MiB) must be uploaded through S3.`, a),
  'image-too-large': (a: { bytes: number } & Place) =>
    finding('warning', 'image-too-large', `The output is ${megabytes(a.bytes)} MB, and an image of a Lambda function may unpack to 10,737 MB (10 GiB).`, a),
  'code-cache-needs-its-node': (a: Place) =>
    finding('info', 'code-cache-needs-its-node', 'The code cache is used by exactly the Node that made it: an image keeps its Node; of a zip function, pin the runtime version (runtime management), or starts get slower when AWS patches it, until the next build.', a),
  'arguments-not-carried': (a: { count: number } & Place) =>
    finding('warning', 'arguments-not-carried', `The start command gives the server ${a.count === 1 ? 'an argument' : `${a.count} arguments`}, and it does not show which: add them after server.cjs, in the Dockerfile and run.sh too.`, a),
  'adapter-unknown-variable': (a: { name: string; meant: string | null } & Place) =>
    finding('warning', 'adapter-unknown-variable', `No version of the Lambda Web Adapter reads ${a.name}${a.meant === null ? '' : `; what it reads is ${a.meant}`}.`, a),
  'adapter-old-name': (a: { name: string; now: string } & Place) =>
    finding('info', 'adapter-old-name', `${a.name} is the old name of ${a.now}: the Lambda Web Adapter still reads it, and warns that version 2 will not.`, a),
  'adapter-variable-gone': (a: { name: string; since: string; instead: string } & Place) =>
    finding('warning', 'adapter-variable-gone', `From version ${a.since} on the Lambda Web Adapter does not read ${a.name}. In its place: ${a.instead}.`, a),
  'adapter-variable-too-new': (a: { name: string; since: string; used: string } & Place) =>
    finding('warning', 'adapter-variable-too-new', `${a.name} is read from version ${a.since} of the Lambda Web Adapter on, and this function has ${a.used}.`, a),
  'adapter-value': (a: { name: string; problem: keyof typeof valueProblems } & Place) => finding('warning', 'adapter-value', `${a.name} ${valueProblems[a.problem]}`, a),
  'adapter-port': (a: { problem: keyof typeof portProblems; port: number } & Place) => finding('warning', 'adapter-port', portProblems[a.problem](a.port), a),
  'adapter-image-tag': (a: { problem: keyof typeof tagProblems; tag: string } & Place) => finding('warning', 'adapter-image-tag', tagProblems[a.problem](a.tag), a),
  'adapter-copy': (a: { problem: keyof typeof copyProblems } & Place) => finding('error', 'adapter-copy', copyProblems[a.problem], a),
  'adapter-layer': (a: { problem: keyof typeof layerProblems; layer: string } & Place) => finding('error', 'adapter-layer', layerProblems[a.problem](a.layer), a),
  'adapter-outdated': (a: { used: string; newest: string } & Place) =>
    finding('info', 'adapter-outdated', `${a.used} of the Lambda Web Adapter is not the newest that is known here, which is ${a.newest}.`, a),
  'adapter-wrapper': (a: { problem: 'missing' | 'wrong' } & Place) =>
    finding('error', 'adapter-wrapper', `${a.problem === 'missing' ? 'With the layer of the Lambda Web Adapter a managed runtime needs AWS_LAMBDA_EXEC_WRAPPER=/opt/bootstrap, which is not set' : 'AWS_LAMBDA_EXEC_WRAPPER is not /opt/bootstrap, which the layer of the Lambda Web Adapter brings'}: the app would not be started.`, a),
  'adapter-handler': (a: { handler: string } & Place) =>
    finding('error', 'adapter-handler', `Behind the Lambda Web Adapter the handler is the file that starts the server, such as run.sh; ${a.handler} is not a file.`, a),
  'adapter-entrypoint': (a: Place) =>
    finding('error', 'adapter-entrypoint', "The base image of AWS has an entry point of its own, that expects a handler: set ENTRYPOINT so that it starts the server.", a),
  'adapter-invoke-mode': (a: { url: string } & Place) =>
    finding('warning', 'adapter-invoke-mode', `The function URL has invoke mode ${a.url} and the Lambda Web Adapter the other one: set AWS_LWA_INVOKE_MODE=${a.url.toLowerCase()}.`, a),
  'adapter-base-path': (a: { used: string } & Place) =>
    finding('info', 'adapter-base-path', `Before version 1.1.0, and this is ${a.used}, the Lambda Web Adapter takes the base path away repeatedly and in the middle of names: with /api both /api/api/x and /apix lose more than they should.`, a),
  'start-script': (a: { problem: keyof typeof scriptProblems } & Place) =>
    finding(a.problem === 'no-exec' ? 'info' : 'error', 'start-script', scriptProblems[a.problem], a),
} as const;

export type FindingCode = keyof typeof findings;

/** As everywhere here, of a million bytes. Lambda's own limits on sizes are powers of two, and are told as both. */
function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}

const valueProblems = {
  'strict-boolean': 'must be exactly true or false; anything else counts as false.',
  protocol: 'must be http or tcp; anything else counts as http.',
  'invoke-mode': 'must be buffered or response_stream; anything else counts as buffered.',
  path: 'must be a path that begins with /.',
  'status-codes': 'must be status codes and ranges such as 200-399,404; what is not is left out.',
  'no-status-code': 'names no status code at all, so that no answer counts as healthy and the adapter waits for ever.',
  seconds: 'must be a number of seconds above 0; anything else counts as no limit.',
} as const;

const portProblems = {
  'not-a-port': () => 'The port of the Lambda Web Adapter must be a whole number from 1 to 65535.',
  'runtime-api': (port: number) => `Port ${port} belongs to the runtime API of Lambda: the app cannot listen on it.`,
  privileged: (port: number) => `Port ${port} is below 1024, which the user of a Lambda function may not listen on.`,
  insights: (port: number) => `Port ${port} is taken by the Lambda Insights extension that this function has.`,
  differs: (port: number) => `AWS_LWA_PORT and PORT differ: the adapter asks port ${port}, and an app that follows PORT listens on the other.`,
  exposed: (port: number) => `The Lambda Web Adapter asks port ${port}, and the image exposes others only: set AWS_LWA_PORT to the one that the app listens on.`,
} as const;

const tagProblems = {
  floating: (tag: string) => `The image of the Lambda Web Adapter is taken with ${tag === '' ? 'no tag' : `the tag ${tag}`}: name a version, or the next build may have another one.`,
  unknown: (tag: string) => `The Lambda Web Adapter has no version ${tag} that is known here.`,
  architecture: (tag: string) => `The tag ${tag} is for another architecture than this function has; without the suffix it fits both.`,
} as const;

const copyProblems = {
  destination: 'The Lambda Web Adapter must be copied to /opt/extensions/lambda-adapter: it registers under this very name.',
  source: 'In its image the Lambda Web Adapter is /lambda-adapter.',
  stage: 'The Lambda Web Adapter is copied into a stage that is not part of the image: only what the last stage holds is.',
} as const;

const layerProblems = {
  'on-image': () => 'A function made of an image takes no layers: copy the Lambda Web Adapter into the image.',
  name: (layer: string) => `The Lambda Web Adapter has no layer ${layer}: they are LambdaAdapterLayerX86 and LambdaAdapterLayerArm64.`,
  architecture: (layer: string) => `${layer} is for another architecture than this function has.`,
  version: (layer: string) => `Version ${layer} of the adapter's layer is not known here: the newest was 30.`,
  account: (layer: string) => `In ${layer} the layer is published by another account.`,
  region: (layer: string) => `In ${layer} this layer is not published: use an image, or publish the layer yourself.`,
} as const;

const scriptProblems = {
  shebang: 'The start script needs #!/bin/bash as its first line: Lambda runs it as a program.',
  'line-ends': 'The start script has Windows line ends, with which it cannot be run: write it with LF alone.',
  'no-exec': 'The start script starts Node as a child of the shell, which gets the signal to shut down in its place: begin that line with exec.',
} as const;

/** Messages of others end as they like. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function finding(severity: Finding['severity'], code: string, message: string, place: Place): Finding {
  return { code, severity, message, file: place.file ?? null, line: place.line ?? null };
}

/**
 * Something we cannot go on from and the user can mend: shown as one sentence and one hint, exit code 2.
 * `code` is stable; `cause` keeps what was caught, for --debug.
 */
export class UserError extends Error {
  readonly code: string;
  readonly hint: string;
  constructor(code: string, sentence: string, hint: string, cause?: unknown) {
    super(sentence, cause === undefined ? undefined : { cause });
    this.name = 'UserError';
    this.code = code;
    this.hint = hint;
  }
}
