import type { Evidence } from '../../model/boot.ts';
import type { HandlerPlace } from '../../model/routes.ts';
import { UserError } from '../../model/trouble.ts';
import type { ProbeRecord } from '../../probe/record.ts';
import type { RawPlace } from '../../probe/routes/types.ts';
import type { Launch, Setup } from './launch.ts';

/** Why the app did not come up, as far as it can be told; null when it answered. */
export function failureOf(first: Launch, record: ProbeRecord, placeOf: (place: RawPlace) => HandlerPlace): Evidence['failure'] {
  if (first.answered !== null) return null;
  const known = record.evidence;
  const about = { waitingFor: known?.waitingFor ?? [], unsetVariables: known?.unsetVariables ?? [] };
  if (known?.failure) {
    const place = known.failure.place;
    return { kind: 'exception', message: first.redact(known.failure.message), place: place && placeOf(place), ...about };
  }
  if (first.ended !== null) {
    const how = first.ended.signal === null ? `exit code ${record.exitCode ?? first.ended.code}` : `signal ${first.ended.signal}`;
    const said = lastWords(first.output);
    return { kind: 'exit', message: `it ended with ${how}${said === null ? '' : ` after saying "${said}"`}`, place: null, ...about };
  }
  return first.listens.length > 0
    ? { kind: 'never-answered', message: 'it listens but does not answer', place: null, ...about }
    : { kind: 'never-listened', message: 'it did not listen', place: null, ...about };
}

/** What is thrown when a start left nothing to report on. */
export function nothingRecorded(first: Launch, record: ProbeRecord | null, setup: Setup, placeOf: (place: RawPlace) => HandlerPlace): UserError {
  const failure = record?.evidence?.failure;
  if (failure?.code === 'EADDRINUSE') return portTaken(first);
  if (failure) {
    const at = failure.place ? placeOf(failure.place) : null;
    const where = at === null ? '' : ` (${at.file}:${at.line})`;
    return new UserError('start-failed', `The app stopped before any of its modules had loaded: ${first.redact(failure.message)}${where}.`, hintFor(failure.code, failure.message, setup));
  }
  if (first.answered !== null) {
    return new UserError(
      'probe-shut-out',
      'The app answered, but the probe could not get into its process.',
      'A start command that sets NODE_OPTIONS itself shuts it out: take it out there and pass --env NODE_OPTIONS=... instead.',
    );
  }
  const said = lastWords(first.output);
  const how = first.ended === null ? `did nothing within ${Math.round(setup.timeoutMs / 1000)} s` : first.ended.signal === null ? `ended with exit code ${first.ended.code}` : `ended with signal ${first.ended.signal}`;
  return new UserError(
    'start-failed',
    `The start command "${setup.app.start}" ${how}, and no Node process of it loaded a module${said === null ? '' : `: ${said}`}.`,
    'Run that command by hand in the same folder, or give another one with --start.',
  );
}

export function portTaken(first: Launch): UserError {
  const port = /EADDRINUSE[^\n]*?:(\d+)\b/.exec(first.record?.evidence?.failure?.message ?? '')?.[1] ?? first.givenPort;
  return new UserError('port-taken', `Port ${port}, on which the app wants to listen, is taken by another process.`, 'End that process, or make the app listen on the port in PORT.');
}

function hintFor(code: string | null, message: string, setup: Setup): string {
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return 'Install the dependencies and build the app first, or name its entry file.';
  if (message.startsWith('SyntaxError')) return 'Correct the file, or give the command that starts the compiled app with --start.';
  return `Run "${setup.app.start}" by hand to see more.`;
}

/** The last line that says something, without the noise that Node adds when it dies. */
function lastWords(output: string): string | null {
  const lines = output
    .split('\n')
    .map((line) => line.replace(/\u001b\[[0-9;]*m/g, '').trim())
    .filter((line) => line !== '' && !/^(?:at |Node\.js v|\^|npm (?:error|ERR!)|\(Use `node|[{}])/.test(line));
  return lines.at(-1)?.slice(0, 200) ?? null;
}
