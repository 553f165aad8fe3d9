import qrcode from 'qrcode';
import { productById, products as all } from 'shop-data';

export async function products(app) {
  app.get('/', async () => all);

  app.get('/:id', async (request, reply) => {
    return productById(request.params.id) ?? reply.code(404).send({ error: 'There is no such product.' });
  });

  app.get('/:id/label.svg', async (request, reply) => {
    reply.type('image/svg+xml');
    return qrcode.toString(`https://shop.example/products/${request.params.id}`, { type: 'svg' });
  });
}
