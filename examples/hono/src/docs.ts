import { Hono } from 'hono';
import MarkdownIt from 'markdown-it';
import { pages } from 'shop-data';

const markdown = new MarkdownIt({ linkify: true, typographer: true });

export const docs = new Hono();

docs.get('/:page', (c) => {
  const page = pages[c.req.param('page')];
  return page ? c.html(markdown.render(page)) : c.json({ error: 'There is no such page.' }, 404);
});
