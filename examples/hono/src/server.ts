import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { docs } from './docs.ts';
import { events } from './events.ts';
import { feed } from './feed.ts';
import { orders } from './orders.ts';
import { products } from './products.ts';
import { reports } from './reports.ts';
import { search } from './search.ts';
import { shipping } from './shipping.ts';

const app = new Hono();
app.get('/', (c) => c.json({ status: 'ok' }));
app.route('/products', products);
app.route('/orders', orders);
app.route('/reports', reports);
app.route('/docs', docs);
app.get('/feed.xml', feed);
app.get('/search', search);
app.get('/shipping', shipping);
app.get('/events', events);

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000), hostname: '127.0.0.1' });
