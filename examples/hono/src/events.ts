import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { products } from 'shop-data';

/** What is left of the first products, one server-sent event each. */
export function events(c: Context): Response {
  return streamSSE(c, async (stream) => {
    for (const { id, stock } of products.slice(0, 3)) {
      await stream.writeSSE({ event: 'stock', data: JSON.stringify({ id, stock }) });
      await stream.sleep(50);
    }
  });
}
