import { Hono } from 'hono';
import qrcode from 'qrcode';
import { productById, products as all } from 'shop-data';

export const products = new Hono();

products.get('/', (c) => c.json(all));

products.get('/:id', (c) => {
  const product = productById(c.req.param('id'));
  return product ? c.json(product) : c.json({ error: 'There is no such product.' }, 404);
});

products.get('/:id/label.svg', async (c) => {
  const link = `https://shop.example/products/${c.req.param('id')}`;
  return c.body(await qrcode.toString(link, { type: 'svg' }), 200, { 'content-type': 'image/svg+xml' });
});
