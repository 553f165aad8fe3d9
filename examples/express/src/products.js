import { Router } from 'express';
import qrcode from 'qrcode';
import { productById, products as all } from 'shop-data';

export const products = Router();

products.get('/', (_request, response) => {
  response.json(all);
});

products.get('/:id', (request, response) => {
  const product = productById(request.params.id);
  if (product) response.json(product);
  else response.status(404).json({ error: 'There is no such product.' });
});

products.get('/:id/label.svg', async (request, response) => {
  const link = `https://shop.example/products/${request.params.id}`;
  response.type('image/svg+xml').send(await qrcode.toString(link, { type: 'svg' }));
});
