import { Controller, Get, Header, NotFoundException, Param } from '@nestjs/common';
import qrcode from 'qrcode';
import { type Product, productById, products } from 'shop-data';

@Controller('products')
export class ProductsController {
  @Get()
  list(): Product[] {
    return products;
  }

  @Get(':id')
  one(@Param('id') id: string): Product {
    const product = productById(id);
    if (!product) throw new NotFoundException({ error: 'There is no such product.' });
    return product;
  }

  @Get(':id/label.svg')
  @Header('content-type', 'image/svg+xml')
  label(@Param('id') id: string): Promise<string> {
    return qrcode.toString(`https://shop.example/products/${id}`, { type: 'svg' });
  }
}
