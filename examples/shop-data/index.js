/** What the shop sells and has sold. Prices are in cents, so that sums are exact. */
exports.products = [
  { id: 'kettle', name: 'Copper kettle', price: 8900, grams: 1400, stock: 7 },
  { id: 'teapot', name: 'Cast-iron teapot', price: 6450, grams: 1900, stock: 3 },
  { id: 'cup', name: 'Stoneware cup', price: 1800, grams: 320, stock: 48 },
  { id: 'tray', name: 'Bamboo tray', price: 2700, grams: 650, stock: 15 },
  { id: 'sencha', name: 'Sencha, first flush', price: 1550, grams: 120, stock: 60 },
  { id: 'hojicha', name: 'Roasted hojicha', price: 990, grams: 150, stock: 82 },
  { id: 'whisk', name: 'Bamboo whisk', price: 2150, grams: 40, stock: 21 },
  { id: 'caddy', name: 'Tin tea caddy', price: 1320, grams: 210, stock: 34 },
];

exports.orders = [
  { id: '1001', day: '2024-09-19', lines: [{ product: 'kettle', quantity: 1 }, { product: 'sencha', quantity: 2 }] },
  { id: '1002', day: '2024-09-20', lines: [{ product: 'cup', quantity: 6 }] },
  { id: '1003', day: '2024-09-21', lines: [{ product: 'whisk', quantity: 1 }, { product: 'hojicha', quantity: 3 }, { product: 'tray', quantity: 1 }] },
];

/** Help pages, in Markdown. */
exports.pages = {
  brewing: '# Brewing\n\n| tea | water | time |\n| --- | --- | --- |\n| sencha | 70 °C | 60 s |\n| hojicha | 95 °C | 30 s |\n\nRinse the pot with *hot* water first.\n',
  returns: '# Returns\n\nWithin **30 days**, in the box it came in:\n\n1. print the label,\n2. bring it to any post office.\n\nQuestions? Write to <help@shop.example>.\n',
};

/** Shipping as a formula, so that the shop can change it without a release. */
exports.shippingFormula = 'ceil(max(grams, 500) / 500) * 250 + (grams > 5000 ? 900 : 0)';

exports.productById = (id) => exports.products.find((product) => product.id === id);

exports.orderById = (id) => exports.orders.find((order) => order.id === id);

/** Sum of an order's lines in cents; a product that is not sold here counts nothing. */
exports.totalOf = (lines) =>
  lines.reduce((sum, line) => sum + (exports.productById(line.product)?.price ?? 0) * line.quantity, 0);
