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
  'memory-beats-code': (a: { fromMb: number; toMb: number; savesMs: number; codeMs: number } & Place) =>
    finding('info', 'memory-beats-code', `More memory beats every code change here: from ${a.fromMb} to ${a.toMb} MB the first request is predicted to get ${Math.round(a.savesMs)} ms faster, and deferring imports could save ${Math.round(a.codeMs)} ms at the most.`, a),
  'probe-overhead': (a: { percent: number } & Place) =>
    finding('info', 'probe-overhead', `Under the probe a start is ${Math.round(a.percent)} % slower; module times are that much too high at the most, the cold start itself is measured without it.`, a),
  'zip-too-large': (a: { bytes: number } & Place) =>
    finding('warning', 'zip-too-large', `The output is ${megabytes(a.bytes)} MB, and a zip function may unpack to 250 MB with all its layers. Deploy it as a container image.`, a),
  'zip-by-s3': (a: { bytes: number } & Place) =>
    finding('info', 'zip-by-s3', `The output is ${megabytes(a.bytes)} MB before it is compressed; a zip above 50 MB must be uploaded through S3.`, a),
  'image-too-large': (a: { bytes: number } & Place) =>
    finding('warning', 'image-too-large', `The output is ${megabytes(a.bytes)} MB, and an image of a Lambda function may unpack to 10,240 MB.`, a),
  'code-cache-needs-its-node': (a: Place) =>
    finding('info', 'code-cache-needs-its-node', 'The code cache is used by exactly the Node that made it: an image keeps its Node; of a zip function, pin the runtime version (runtime management), or starts get slower when AWS patches it, until the next build.', a),
} as const;

export type FindingCode = keyof typeof findings;

function megabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

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
