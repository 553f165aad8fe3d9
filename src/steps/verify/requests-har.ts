import { z } from 'zod';
import { UserError } from '../../model/trouble.ts';
import type { ReplayRequest } from '../../model/verification.ts';
import { aRequest } from './request.ts';

const Pair = z.object({ name: z.string(), value: z.string() });

/** What of the HTTP Archive 1.2 format is used. */
const Har = z.object({
  log: z.object({
    entries: z.array(
      z.object({
        request: z.object({
          method: z.string(),
          url: z.string(),
          headers: z.array(Pair).default([]),
          postData: z.object({ mimeType: z.string().default(''), text: z.string().optional(), encoding: z.string().optional(), params: z.array(z.object({ name: z.string(), value: z.string().optional() })).optional() }).optional(),
        }),
      }),
    ),
  }),
});

/** Requests of a HAR to the server that the first one asked: a page also asks other people's servers. */
export function fromHar(json: unknown, file: string): ReplayRequest[] {
  const har = Har.safeParse(json);
  if (!har.success) throw new UserError('bad-requests', `${file} is no HAR that can be read.`, 'Export it again from the network panel of a browser, with content.', har.error);
  const requests = har.data.log.entries.map(({ request }) => request).filter(({ url }) => /^https?:/i.test(url));
  const first = requests.find(({ url }) => URL.canParse(url));
  const host = first && new URL(first.url).host;
  return requests
    .filter(({ url }) => URL.canParse(url) && new URL(url).host === host)
    .map(({ method, url, headers, postData }) => aRequest(method, url, joined(headers), postData === undefined ? null : bodyOf(postData)));
}

function joined(pairs: readonly { name: string; value: string }[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { name, value } of pairs) {
    const key = name.toLowerCase();
    headers[key] = headers[key] === undefined ? value : `${headers[key]}${key === 'cookie' ? '; ' : ', '}${value}`;
  }
  return headers;
}

function bodyOf({ text, encoding, params }: { text?: string | undefined; encoding?: string | undefined; params?: { name: string; value?: string | undefined }[] | undefined }): string | Buffer | null {
  if (text !== undefined && text !== '') return encoding === 'base64' ? Buffer.from(text, 'base64') : text;
  if (params === undefined || params.length === 0) return null;
  return new URLSearchParams(params.map(({ name, value }): [string, string] => [name, value ?? ''])).toString();
}
