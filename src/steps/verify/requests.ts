import { UserError } from '../../model/trouble.ts';
import type { ReplayRequest } from '../../model/verification.ts';
import { fromHar } from './requests-har.ts';
import { fromHttpFile } from './requests-http.ts';
import { fromList } from './requests-list.ts';

/** Requests out of a HAR, a JSON list or an `.http` file; told apart by content, because names lie. Throws UserError. */
export function requestsFrom(text: string, file: string): ReplayRequest[] {
  const json = parsed(text);
  const requests = json === undefined ? fromText(text, file) : isHar(json) ? fromHar(json, file) : fromList(json, file);
  if (requests.length === 0) throw new UserError('no-requests', `There is no request in ${file}.`, 'Leave --requests out to ask the routes that the app registers.');
  return requests;
}

function fromText(text: string, file: string): ReplayRequest[] {
  // A broken JSON document must not be read as lines of an .http file.
  if (/^\s*[[{]/.test(text) || /\.(?:json|har)$/i.test(file)) throw new UserError('bad-json', `The file ${file} is not valid JSON.`, 'Export it again, or check its syntax.');
  return fromHttpFile(text, file);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isHar(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'log' in json;
}

/** Methods that do not write, by their definition (RFC 9110, 9.2.1), and that every server can be asked. */
export function mayWrite({ method }: ReplayRequest): boolean {
  return method !== 'GET' && method !== 'HEAD';
}
