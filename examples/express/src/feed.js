import { products } from 'shop-data';
import { create } from 'xmlbuilder2';

/** The shop's products as RSS. */
export function feed(_request, response) {
  const channel = create({ version: '1.0' }).ele('rss', { version: '2.0' }).ele('channel');
  channel.ele('title').txt('The tea shop').up().ele('link').txt('https://shop.example/');
  for (const { id, name } of products) {
    channel.ele('item').ele('title').txt(name).up().ele('link').txt(`https://shop.example/products/${id}`);
  }
  response.type('application/rss+xml').send(channel.end());
}
