const Fuse = require('fuse.js');
const { products } = require('shop-data');

const index = new Fuse(products, { keys: ['name'], threshold: 0.4 });

/** `?q=` finds products by name, spelling mistakes forgiven. */
exports.search = (ctx) => {
  ctx.body = index.search(String(ctx.query.q ?? '')).map((hit) => hit.item.id);
};
