import Fastify from 'fastify';
import { shop } from './shop.js';

const app = Fastify();
app.get('/', async () => ({ status: 'ok' }));
await app.register(shop);

await app.listen({ port: Number(process.env.PORT ?? 3000), host: '127.0.0.1' });
