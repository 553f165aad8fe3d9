import { Controller, Get, NotFoundException, Param } from '@nestjs/common';
import MarkdownIt from 'markdown-it';
import { pages } from 'shop-data';

@Controller('docs')
export class DocsController {
  private readonly markdown = new MarkdownIt({ linkify: true, typographer: true });

  @Get(':page')
  page(@Param('page') name: string): string {
    const page = pages[name];
    if (!page) throw new NotFoundException({ error: 'There is no such page.' });
    return this.markdown.render(page);
  }
}
