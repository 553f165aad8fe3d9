import MarkdownIt from 'markdown-it';
import { pages } from 'shop-data';

const markdown = new MarkdownIt({ linkify: true, typographer: true });

export async function docs(app) {
  app.get('/:page', async (request, reply) => {
    const page = pages[request.params.page];
    if (page) return reply.type('text/html').send(markdown.render(page));
    return reply.code(404).send({ error: 'There is no such page.' });
  });
}
