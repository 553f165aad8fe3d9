'use strict';

/**
 * The contract's spelling, from the pattern languages of path-to-regexp, find-my-way and Hono. A regular expression,
 * which the contract has no spelling for, is listed as `~` and its source.
 */
function routeId(method, path) {
  const verb = /^(all|_all|\*|use)$/i.test(method) ? 'ANY' : method.toUpperCase();
  if (path instanceof RegExp) return `${verb} ~${path.source}`;
  let spelled = '';
  for (let at = 0; at < path.length; at += 1) {
    const rest = path.slice(at);
    const rests = /^(\{?\/?\*\w*\}?|:\w+\*|\/?\(\.\*\))/.exec(rest);
    const parameter = /^:\w+/.exec(rest);
    if (rests) {
      spelled += `${/^\{?\//.test(rests[0]) ? '/' : ''}*`;
      at += rests[0].length - 1;
    } else if (parameter) {
      spelled += parameter[0];
      at += parameter[0].length - 1;
      const constraint = path[at + 1] === '(' || path[at + 1] === '{' ? closing(path, at + 1) : at;
      at = constraint;
      if ('?+'.includes(path[at + 1] ?? ' ')) at += 1;
    } else if (!'{}'.includes(path[at])) {
      spelled += path[at];
    }
  }
  const rooted = `/${spelled}`.replace(/\/{2,}/g, '/');
  return `${verb} ${rooted.length > 1 ? rooted.replace(/\/$/, '') : rooted}`;
}

/** Index of the bracket that closes the one at `open`. */
function closing(path, open) {
  const pair = path[open] === '(' ? '()' : '{}';
  let depth = 0;
  for (let at = open; at < path.length; at += 1) {
    if (path[at] === '\\') at += 1;
    else if (path[at] === pair[0]) depth += 1;
    else if (path[at] === pair[1] && (depth -= 1) === 0) return at;
  }
  return path.length - 1;
}

module.exports = { routeId };
