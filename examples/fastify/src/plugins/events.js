import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { products } from 'shop-data';

export async function events(app) {
  app.get('/events', async (_request, reply) => {
    reply.header('cache-control', 'no-cache').type('text/event-stream');
    return reply.send(Readable.from(stockEvents()));
  });
}

async function* stockEvents() {
  for (const { id, stock } of products.slice(0, 3)) {
    yield `event: stock\ndata: ${JSON.stringify({ id, stock })}\n\n`;
    await sleep(50);
  }
}
