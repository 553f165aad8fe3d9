import Fuse from 'fuse.js';
import type { Context } from 'hono';
import { products } from 'shop-data';

const index = new Fuse(products, { keys: ['name'], threshold: 0.4 });

/** `?q=` finds products by name, spelling mistakes forgiven. */
export function search(c: Context): Response {
  return c.json(index.search(c.req.query('q') ?? '').map((hit) => hit.item.id));
}
