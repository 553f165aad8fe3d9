import { docs } from './plugins/docs.js';
import { events } from './plugins/events.js';
import { feed } from './plugins/feed.js';
import { orders } from './plugins/orders.js';
import { products } from './plugins/products.js';
import { reports } from './plugins/reports.js';
import { search } from './plugins/search.js';
import { shipping } from './plugins/shipping.js';

/** Every part of the shop is a plugin of its own, most under a prefix. */
export async function shop(app) {
  app.register(products, { prefix: '/products' });
  app.register(orders, { prefix: '/orders' });
  app.register(reports, { prefix: '/reports' });
  app.register(docs, { prefix: '/docs' });
  app.register(feed);
  app.register(search);
  app.register(shipping);
  app.register(events);
}
