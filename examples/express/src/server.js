import express from 'express';
import { docs } from './docs.js';
import { events } from './events.js';
import { feed } from './feed.js';
import { orders } from './orders.js';
import { products } from './products.js';
import { reports } from './reports.js';
import { search } from './search.js';
import { shipping } from './shipping.js';

const app = express();
app.disable('x-powered-by');
app.use(express.json());

app.get('/', (_request, response) => {
  response.json({ status: 'ok' });
});
app.use('/products', products);
app.use('/orders', orders);
app.use('/reports', reports);
app.use('/docs', docs);
app.get('/feed.xml', feed);
app.get('/search', search);
app.get('/shipping', shipping);
app.get('/events', events);

app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1');
