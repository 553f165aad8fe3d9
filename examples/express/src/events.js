import { setTimeout as sleep } from 'node:timers/promises';
import { products } from 'shop-data';

/** What is left of the first products, one server-sent event each. */
export async function events(_request, response) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  for (const { id, stock } of products.slice(0, 3)) {
    response.write(`event: stock\ndata: ${JSON.stringify({ id, stock })}\n\n`);
    await sleep(50);
  }
  response.end();
}
