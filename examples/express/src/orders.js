import { Router } from 'express';
import PDFDocument from 'pdfkit';
import { orderById, productById, totalOf } from 'shop-data';
import { z } from 'zod';

const NewOrder = z.object({
  lines: z.array(z.object({ product: z.string(), quantity: z.number().int().positive() })).min(1),
});

export const orders = Router();

orders.post('/', (request, response) => {
  const order = NewOrder.safeParse(request.body);
  if (order.success) response.status(201).json({ lines: order.data.lines, total: totalOf(order.data.lines) });
  else response.status(400).json({ error: 'An order is a list of lines, each with a product and a quantity.' });
});

orders.get('/:id/invoice.pdf', (request, response) => {
  const order = orderById(request.params.id);
  if (order) invoice(order).pipe(response.type('application/pdf'));
  else response.status(404).json({ error: 'There is no such order.' });
});

function invoice(order) {
  const pdf = new PDFDocument({ size: 'A5', info: { Title: `Invoice ${order.id}`, CreationDate: new Date(order.day) } });
  pdf.fontSize(20).text(`Invoice ${order.id}`).fontSize(11).moveDown();
  for (const line of order.lines) pdf.text(`${line.quantity} x ${productById(line.product).name}`);
  pdf.moveDown().text(`Total: ${(totalOf(order.lines) / 100).toFixed(2)}`);
  pdf.end();
  return pdf;
}
