import Fuse from 'fuse.js';
import { products } from 'shop-data';

const index = new Fuse(products, { keys: ['name'], threshold: 0.4 });

/** `?q=` finds products by name, spelling mistakes forgiven. */
export function search(request, response) {
  response.json(index.search(String(request.query.q ?? '')).map((hit) => hit.item.id));
}
