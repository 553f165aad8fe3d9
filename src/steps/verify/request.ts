import type { ReplayRequest } from '../../model/verification.ts';

/** They belong to one connection or one server, or make the answer depend on an earlier one. */
const ofTheConnection = /^(?::.*|host|connection|content-length|transfer-encoding|keep-alive|upgrade|proxy-.*|if-none-match|if-modified-since)$/i;

/** A request as it can be sent to any variant. `target` is a path or a URL, of which the path and query are taken. */
export function aRequest(method: string, target: string, headers: Record<string, string> = {}, body: string | Buffer | null = null): ReplayRequest {
  return {
    method: method.toUpperCase(),
    path: pathOf(target),
    headers: Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (ofTheConnection.test(name) ? [] : [[name.toLowerCase(), value]]))),
    body: body === null ? null : Buffer.from(body).toString('base64'),
  };
}

/** What a client would send for the target: no fragment, and only characters that may stand in a request line. */
function pathOf(target: string): string {
  const path = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/#.*$/s, '');
  const rooted = path.startsWith('/') ? path : `/${path}`;
  return rooted.replace(/[^\u0021-\u007e]/gu, (character) => encodeURIComponent(/[\ud800-\udfff]/u.test(character) ? '\ufffd' : character));
}
