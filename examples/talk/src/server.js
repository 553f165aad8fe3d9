import express from 'express';
import { x } from './library-x.js';
import { y } from './library-y.js';

const app = express();

app.get('/a', (_request, response) => {
  response.json({ x });
});

app.get('/b', (_request, response) => {
  response.json({ y });
});

app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1');
