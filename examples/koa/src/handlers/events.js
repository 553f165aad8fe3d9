const { Readable } = require('node:stream');
const { setTimeout: sleep } = require('node:timers/promises');
const { products } = require('shop-data');

/** What is left of the first products, one server-sent event each. */
exports.events = (ctx) => {
  ctx.set('cache-control', 'no-cache');
  ctx.type = 'text/event-stream';
  ctx.body = Readable.from(stockEvents());
};

async function* stockEvents() {
  for (const { id, stock } of products.slice(0, 3)) {
    yield `event: stock\ndata: ${JSON.stringify({ id, stock })}\n\n`;
    await sleep(50);
  }
}
