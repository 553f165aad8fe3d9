import { z } from 'zod';
import { UserError } from '../../model/trouble.ts';
import type { ReplayRequest } from '../../model/verification.ts';
import { aRequest } from './request.ts';

const List = z.array(
  z.strictObject({
    method: z.string().regex(/^[A-Za-z]+$/, 'must be a method such as GET').default('GET'),
    path: z.string().min(1),
    headers: z.record(z.string(), z.string()).default({}),
    /** A text is sent as it is, anything else as JSON. */
    body: z.json().optional(),
  }),
);

/** Requests of a JSON list `[{ method, path, headers, body }]`, all but `path` optional. */
export function fromList(json: unknown, file: string): ReplayRequest[] {
  const list = List.safeParse(json);
  if (!list.success) throw wrong(list.error, file);
  return list.data.map(({ method, path, headers, body }) => {
    if (body === undefined || typeof body === 'string') return aRequest(method, path, headers, body ?? null);
    const typed = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
    return aRequest(method, path, typed ? headers : { ...headers, 'content-type': 'application/json' }, JSON.stringify(body));
  });
}

/** Names the places only: a value may be a secret. */
function wrong(error: z.ZodError, file: string): UserError {
  const [issue] = error.issues;
  const place = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('')}`;
  return new UserError('bad-requests', `${file} is no list of requests${place}.`, 'It must be a HAR, an .http file, or JSON: [{ "method": "GET", "path": "/users/1", "headers": {}, "body": null }].', error);
}
