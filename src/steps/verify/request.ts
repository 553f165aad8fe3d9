import { UserError } from '../../model/trouble.ts';
import type { ReplayRequest } from '../../model/verification.ts';

/** They belong to one connection or one server, or make the answer depend on an earlier one. */
const ofTheConnection = /^(?::.*|host|connection|content-length|transfer-encoding|keep-alive|upgrade|proxy-.*|if-none-match|if-modified-since)$/i;

/** A token of RFC 9110, 5.6.2: what methods and header names are made of. */
const token = /^[!#$%&'*+.^_`|~\w-]+$/;

/**
 * A request as it can be sent to any variant. `target` is a path or a URL, of which the path and query are taken.
 * Throws a UserError for a method or header that HTTP does not allow.
 */
export function aRequest(method: string, target: string, headers: Record<string, string> = {}, body: string | Buffer | null = null): ReplayRequest {
  if (!token.test(method)) throw unsendable('method');
  return {
    method: method.toUpperCase(),
    path: pathOf(target),
    headers: Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (ofTheConnection.test(name) ? [] : [[name.toLowerCase(), headerValue(name, value)]]))),
    body: body === null ? null : Buffer.from(body).toString('base64'),
  };
}

/** As clients send it: characters beyond Latin-1 as the bytes of their UTF-8. */
function headerValue(name: string, value: string): string {
  const sent = /[^\u0000-\u00ff]/.test(value) ? Buffer.from(value, 'utf8').toString('latin1') : value;
  if (!token.test(name) || /[^\t\u0020-\u007e\u0080-\u00ff]/.test(sent)) throw unsendable(`header ${JSON.stringify(name)}`);
  return sent;
}

function unsendable(what: string): UserError {
  return new UserError('bad-requests', `A request has a ${what} that HTTP does not allow.`, 'Take line breaks and other control characters out of it.');
}

/** What a client would send for the target: no fragment, and only characters that may stand in a request line. */
function pathOf(target: string): string {
  const path = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/#.*$/s, '');
  const rooted = path.startsWith('/') ? path : `/${path}`;
  return rooted.replace(/[^\u0021-\u007e]/gu, (character) => encodeURIComponent(/[\ud800-\udfff]/u.test(character) ? '\ufffd' : character));
}
