import { Readable } from 'node:stream';
import { Hono } from 'hono';
import PDFDocument from 'pdfkit';
import { type Order, orderById, productById, totalOf } from 'shop-data';
import { z } from 'zod';

const NewOrder = z.object({
  lines: z.array(z.object({ product: z.string(), quantity: z.number().int().positive() })).min(1),
});

export const orders = new Hono();

orders.post('/', async (c) => {
  const order = NewOrder.safeParse(await c.req.json());
  return order.success
    ? c.json({ lines: order.data.lines, total: totalOf(order.data.lines) }, 201)
    : c.json({ error: 'An order is a list of lines, each with a product and a quantity.' }, 400);
});

orders.get('/:id/invoice.pdf', (c) => {
  const order = orderById(c.req.param('id'));
  if (!order) return c.json({ error: 'There is no such order.' }, 404);
  const pdf = Readable.toWeb(Readable.from(invoice(order))) as ReadableStream;
  return c.body(pdf, 200, { 'content-type': 'application/pdf' });
});

function invoice(order: Order): PDFKit.PDFDocument {
  const pdf = new PDFDocument({ size: 'A5', info: { Title: `Invoice ${order.id}`, CreationDate: new Date(order.day) } });
  pdf.fontSize(20).text(`Invoice ${order.id}`).fontSize(11).moveDown();
  for (const line of order.lines) pdf.text(`${line.quantity} x ${productById(line.product)?.name}`);
  pdf.moveDown().text(`Total: ${(totalOf(order.lines) / 100).toFixed(2)}`);
  pdf.end();
  return pdf;
}
