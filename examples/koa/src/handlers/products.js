const qrcode = require('qrcode');
const { productById, products } = require('shop-data');

exports.list = (ctx) => {
  ctx.body = products;
};

exports.one = (ctx) => {
  const product = productById(ctx.params.id);
  if (!product) ctx.status = 404;
  ctx.body = product ?? { error: 'There is no such product.' };
};

exports.label = async (ctx) => {
  ctx.type = 'image/svg+xml';
  ctx.body = await qrcode.toString(`https://shop.example/products/${ctx.params.id}`, { type: 'svg' });
};
