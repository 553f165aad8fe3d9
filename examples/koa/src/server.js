const Koa = require('koa');
const bodyParser = require('koa-bodyparser');
const { router } = require('./router');

const app = new Koa();
app.use(bodyParser());
app.use(router.routes());
app.use(router.allowedMethods());

app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1');
