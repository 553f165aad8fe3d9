import Fuse from 'fuse.js';
import { products } from 'shop-data';

const index = new Fuse(products, { keys: ['name'], threshold: 0.4 });

export async function search(app) {
  app.get('/search', async (request) => index.search(String(request.query.q ?? '')).map((hit) => hit.item.id));
}
