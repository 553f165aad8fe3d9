import { products } from 'shop-data';
import { create } from 'xmlbuilder2';

export async function feed(app) {
  app.get('/feed.xml', async (_request, reply) => {
    const channel = create({ version: '1.0' }).ele('rss', { version: '2.0' }).ele('channel');
    channel.ele('title').txt('The tea shop').up().ele('link').txt('https://shop.example/');
    for (const { id, name } of products) {
      channel.ele('item').ele('title').txt(name).up().ele('link').txt(`https://shop.example/products/${id}`);
    }
    reply.type('application/rss+xml');
    return channel.end();
  });
}
