const PDFDocument = require('pdfkit');
const { orderById, productById, totalOf } = require('shop-data');
const { z } = require('zod');

const NewOrder = z.object({
  lines: z.array(z.object({ product: z.string(), quantity: z.number().int().positive() })).min(1),
});

exports.create = (ctx) => {
  const order = NewOrder.safeParse(ctx.request.body);
  ctx.status = order.success ? 201 : 400;
  ctx.body = order.success
    ? { lines: order.data.lines, total: totalOf(order.data.lines) }
    : { error: 'An order is a list of lines, each with a product and a quantity.' };
};

exports.invoice = (ctx) => {
  const order = orderById(ctx.params.id);
  if (order) {
    ctx.type = 'application/pdf';
    ctx.body = draw(order);
  } else {
    ctx.status = 404;
    ctx.body = { error: 'There is no such order.' };
  }
};

function draw(order) {
  const pdf = new PDFDocument({ size: 'A5', info: { Title: `Invoice ${order.id}`, CreationDate: new Date(order.day) } });
  pdf.fontSize(20).text(`Invoice ${order.id}`).fontSize(11).moveDown();
  for (const line of order.lines) pdf.text(`${line.quantity} x ${productById(line.product).name}`);
  pdf.moveDown().text(`Total: ${(totalOf(order.lines) / 100).toFixed(2)}`);
  pdf.end();
  return pdf;
}
