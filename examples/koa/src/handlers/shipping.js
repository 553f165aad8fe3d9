const { evaluate } = require('mathjs');
const { shippingFormula } = require('shop-data');

/** `?grams=` gives the price of a parcel, in cents. */
exports.shipping = (ctx) => {
  const grams = Number(ctx.query.grams ?? 0);
  ctx.body = { grams, price: evaluate(shippingFormula, { grams }) };
};
