const Router = require('@koa/router');
const { page } = require('./handlers/docs');
const { events } = require('./handlers/events');
const { feed } = require('./handlers/feed');
const { create, invoice } = require('./handlers/orders');
const { label, list, one } = require('./handlers/products');
const { sales } = require('./handlers/reports');
const { search } = require('./handlers/search');
const { shipping } = require('./handlers/shipping');

const products = new Router({ prefix: '/products' });
products.get('/', list);
products.get('/:id', one);
products.get('/:id/label.svg', label);

const orders = new Router();
orders.post('/', create);
orders.get('/:id/invoice.pdf', invoice);

const router = new Router();
router.get('/', (ctx) => {
  ctx.body = { status: 'ok' };
});
router.use(products.routes());
router.use('/orders', orders.routes());
router.get('/reports/sales.xlsx', sales);
router.get('/docs/:page', page);
router.get('/feed.xml', feed);
router.get('/search', search);
router.get('/shipping', shipping);
router.get('/events', events);

exports.router = router;
