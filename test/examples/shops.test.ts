import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Answer, answerTo } from './answers.ts';
import { type RunningExample, startExample } from './running.ts';

const shops = ['express', 'fastify', 'hono', 'koa', 'nest'];

const asks: [ask: string, json?: unknown][] = [
  ['GET /'],
  ['GET /products'],
  ['GET /products/cup'],
  ['GET /products/car'],
  ['GET /products/cup/label.svg'],
  ['POST /orders', { lines: [{ product: 'cup', quantity: 2 }] }],
  ['POST /orders', { lines: [] }],
  ['GET /orders/1003/invoice.pdf'],
  ['GET /orders/9999/invoice.pdf'],
  ['GET /reports/sales.xlsx'],
  ['GET /feed.xml'],
  ['GET /docs/brewing'],
  ['GET /docs/cycling'],
  ['GET /search?q=bambo'],
  ['GET /shipping?grams=1700'],
  ['GET /events'],
];

describe('the example shops', () => {
  const running = new Map<string, RunningExample>();
  before(async () => {
    await Promise.all(shops.map(async (shop) => running.set(shop, await startExample(shop))));
  });
  after(async () => {
    for (const shop of running.values()) await shop[Symbol.asyncDispose]();
  });

  const answer = (shop: string, ask: string, json?: unknown) => answerTo(running.get(shop)!.origin, ask, json);
  const allAnswers = async (shop: string) => {
    const answers: [string, Answer][] = [];
    for (const [ask, json] of asks) answers.push([ask, await answer(shop, ask, json)]);
    return answers;
  };

  for (const shop of shops.slice(1)) {
    test(`the ${shop} shop answers every request as the express shop does`, async () => {
      assert.deepEqual(await allAnswers(shop), await allAnswers('express'));
    });
  }

  test('an order is priced from its lines', async () => {
    assert.deepEqual(await answer('express', 'POST /orders', { lines: [{ product: 'cup', quantity: 2 }] }), {
      status: 201,
      type: 'application/json',
      body: { lines: [{ product: 'cup', quantity: 2 }], total: 3600 },
    });
  });

  test('the sales report lists every order with its total', async () => {
    assert.deepEqual(await answer('express', 'GET /reports/sales.xlsx'), {
      status: 200,
      type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      body: [
        [
          ['Order', 'Day', 'Total'],
          ['1001', '2024-09-19', 120],
          ['1002', '2024-09-20', 108],
          ['1003', '2024-09-21', 78.2],
        ],
      ],
    });
  });

  test('an invoice is a PDF', async () => {
    const { status, type, body } = await answer('express', 'GET /orders/1003/invoice.pdf');
    assert.deepEqual([status, type, String(body).slice(0, 5)], [200, 'application/pdf', '%PDF-']);
  });

  test('shipping costs what the formula says', async () => {
    assert.deepEqual((await answer('express', 'GET /shipping?grams=1700')).body, { grams: 1700, price: 1000 });
  });

  test('search forgives a missing letter', async () => {
    assert.deepEqual((await answer('express', 'GET /search?q=bambo')).body, ['tray', 'whisk']);
  });

  test('events arrive as a stream of named events', async () => {
    assert.deepEqual((await answer('express', 'GET /events')).body, [
      { event: 'stock', data: { id: 'kettle', stock: 7 } },
      { event: 'stock', data: { id: 'teapot', stock: 3 } },
      { event: 'stock', data: { id: 'cup', stock: 48 } },
    ]);
  });

  test('what the shop does not have is answered with 404', async () => {
    assert.deepEqual(await answer('express', 'GET /products/car'), {
      status: 404,
      type: 'application/json',
      body: { error: 'There is no such product.' },
    });
  });
});
