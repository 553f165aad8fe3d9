import { Module } from '@nestjs/common';
import { DocsController } from './docs.controller';
import { EventsController } from './events.controller';
import { FeedController } from './feed.controller';
import { InvoiceService } from './invoice.service';
import { OrdersController } from './orders.controller';
import { ProductsController } from './products.controller';
import { ReportsController } from './reports.controller';
import { ReportsService } from './reports.service';
import { SearchController } from './search.controller';
import { ShippingController } from './shipping.controller';
import { StatusController } from './status.controller';

@Module({
  controllers: [
    StatusController,
    ProductsController,
    OrdersController,
    ReportsController,
    DocsController,
    FeedController,
    SearchController,
    ShippingController,
    EventsController,
  ],
  providers: [InvoiceService, ReportsService],
})
export class ShopModule {}
