import { Router } from 'express';
import MarkdownIt from 'markdown-it';
import { pages } from 'shop-data';

const markdown = new MarkdownIt({ linkify: true, typographer: true });

export const docs = Router();

docs.get('/:page', (request, response) => {
  const page = pages[request.params.page];
  if (page) response.type('html').send(markdown.render(page));
  else response.status(404).json({ error: 'There is no such page.' });
});
