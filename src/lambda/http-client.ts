import { request, type Agent, type IncomingMessage } from 'node:http';

export interface Address {
  host: string;
  port: number;
}

/** Resolves with the head of the response. */
export function call(to: Address, options: { method?: string; path: string; headers?: Record<string, string>; body?: Buffer; agent?: Agent; signal: AbortSignal }): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', path, headers = {}, body, agent, signal } = options;
    const sent = request({ ...to, method, path, headers, signal, agent: agent ?? false });
    sent.on('response', resolve).on('error', (error) => reject(Object.assign(error, { reused: sent.reusedSocket })));
    sent.end(body === undefined || body.length === 0 ? undefined : body);
  });
}

export async function bytesOf(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function textOf(response: IncomingMessage): Promise<string> {
  return (await bytesOf(response)).toString('utf8');
}
