const { products } = require('shop-data');
const { create } = require('xmlbuilder2');

/** The shop's products as RSS. */
exports.feed = (ctx) => {
  const channel = create({ version: '1.0' }).ele('rss', { version: '2.0' }).ele('channel');
  channel.ele('title').txt('The tea shop').up().ele('link').txt('https://shop.example/');
  for (const { id, name } of products) {
    channel.ele('item').ele('title').txt(name).up().ele('link').txt(`https://shop.example/products/${id}`);
  }
  ctx.type = 'application/rss+xml';
  ctx.body = channel.end();
};
