const MarkdownIt = require('markdown-it');
const { pages } = require('shop-data');

const markdown = new MarkdownIt({ linkify: true, typographer: true });

exports.page = (ctx) => {
  const page = pages[ctx.params.page];
  if (!page) ctx.status = 404;
  ctx.body = page ? markdown.render(page) : { error: 'There is no such page.' };
};
