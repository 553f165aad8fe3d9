import { buffer } from 'node:stream/consumers';
import { Injectable } from '@nestjs/common';
import PDFDocument from 'pdfkit';
import { type Order, productById, totalOf } from 'shop-data';

@Injectable()
export class InvoiceService {
  draw(order: Order): Promise<Buffer> {
    const pdf = new PDFDocument({ size: 'A5', info: { Title: `Invoice ${order.id}`, CreationDate: new Date(order.day) } });
    pdf.fontSize(20).text(`Invoice ${order.id}`).fontSize(11).moveDown();
    for (const line of order.lines) pdf.text(`${line.quantity} x ${productById(line.product)?.name}`);
    pdf.moveDown().text(`Total: ${(totalOf(order.lines) / 100).toFixed(2)}`);
    pdf.end();
    return buffer(pdf);
  }
}
