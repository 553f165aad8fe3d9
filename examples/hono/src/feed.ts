import type { Context } from 'hono';
import { products } from 'shop-data';
import { create } from 'xmlbuilder2';

/** The shop's products as RSS. */
export function feed(c: Context): Response {
  const channel = create({ version: '1.0' }).ele('rss', { version: '2.0' }).ele('channel');
  channel.ele('title').txt('The tea shop').up().ele('link').txt('https://shop.example/');
  for (const { id, name } of products) {
    channel.ele('item').ele('title').txt(name).up().ele('link').txt(`https://shop.example/products/${id}`);
  }
  return c.body(channel.end(), 200, { 'content-type': 'application/rss+xml' });
}
