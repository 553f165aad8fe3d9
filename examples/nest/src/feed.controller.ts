import { Controller, Get, Header } from '@nestjs/common';
import { products } from 'shop-data';
import { create } from 'xmlbuilder2';

@Controller('feed.xml')
export class FeedController {
  /** The shop's products as RSS. */
  @Get()
  @Header('content-type', 'application/rss+xml')
  feed(): string {
    const channel = create({ version: '1.0' }).ele('rss', { version: '2.0' }).ele('channel');
    channel.ele('title').txt('The tea shop').up().ele('link').txt('https://shop.example/');
    for (const { id, name } of products) {
      channel.ele('item').ele('title').txt(name).up().ele('link').txt(`https://shop.example/products/${id}`);
    }
    return channel.end();
  }
}
