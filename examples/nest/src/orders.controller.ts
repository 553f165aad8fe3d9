import { BadRequestException, Body, Controller, Get, NotFoundException, Param, Post, StreamableFile } from '@nestjs/common';
import { orderById, totalOf } from 'shop-data';
import { z } from 'zod';
import { InvoiceService } from './invoice.service';

const NewOrder = z.object({
  lines: z.array(z.object({ product: z.string(), quantity: z.number().int().positive() })).min(1),
});

@Controller('orders')
export class OrdersController {
  constructor(private readonly invoices: InvoiceService) {}

  @Post()
  create(@Body() body: unknown) {
    const order = NewOrder.safeParse(body);
    if (order.success) return { lines: order.data.lines, total: totalOf(order.data.lines) };
    throw new BadRequestException({ error: 'An order is a list of lines, each with a product and a quantity.' });
  }

  @Get(':id/invoice.pdf')
  async invoice(@Param('id') id: string): Promise<StreamableFile> {
    const order = orderById(id);
    if (!order) throw new NotFoundException({ error: 'There is no such order.' });
    return new StreamableFile(await this.invoices.draw(order), { type: 'application/pdf' });
  }
}
