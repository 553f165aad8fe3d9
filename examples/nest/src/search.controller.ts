import { Controller, Get, Query } from '@nestjs/common';
import Fuse from 'fuse.js';
import { products } from 'shop-data';

@Controller('search')
export class SearchController {
  private readonly index = new Fuse(products, { keys: ['name'], threshold: 0.4 });

  /** `?q=` finds products by name, spelling mistakes forgiven. */
  @Get()
  search(@Query('q') words = ''): string[] {
    return this.index.search(words).map((hit) => hit.item.id);
  }
}
