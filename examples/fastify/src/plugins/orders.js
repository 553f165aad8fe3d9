import PDFDocument from 'pdfkit';
import { orderById, productById, totalOf } from 'shop-data';
import { z } from 'zod';

const NewOrder = z.object({
  lines: z.array(z.object({ product: z.string(), quantity: z.number().int().positive() })).min(1),
});

export async function orders(app) {
  app.post('/', async (request, reply) => {
    const order = NewOrder.safeParse(request.body);
    if (order.success) return reply.code(201).send({ lines: order.data.lines, total: totalOf(order.data.lines) });
    return reply.code(400).send({ error: 'An order is a list of lines, each with a product and a quantity.' });
  });

  app.get('/:id/invoice.pdf', async (request, reply) => {
    const order = orderById(request.params.id);
    if (order) return reply.type('application/pdf').send(invoice(order));
    return reply.code(404).send({ error: 'There is no such order.' });
  });
}

function invoice(order) {
  const pdf = new PDFDocument({ size: 'A5', info: { Title: `Invoice ${order.id}`, CreationDate: new Date(order.day) } });
  pdf.fontSize(20).text(`Invoice ${order.id}`).fontSize(11).moveDown();
  for (const line of order.lines) pdf.text(`${line.quantity} x ${productById(line.product).name}`);
  pdf.moveDown().text(`Total: ${(totalOf(order.lines) / 100).toFixed(2)}`);
  pdf.end();
  return pdf;
}
