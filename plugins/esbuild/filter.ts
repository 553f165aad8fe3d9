/**
 * Paths that esbuild is to ask about: all outside of `node_modules`, and those that end in one of `tails`. Each question costs
 * a message between two processes, and dependencies have thousands of files. Written for Go's expressions, which look nowhere ahead.
 */
export function pathFilter(tails: readonly string[]): RegExp {
  const ends = tails.map((tail) => tail.split('/').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[\\\\/]'));
  return new RegExp([without('node_modules'), ...(ends.length > 0 ? [`[\\\\/](?:${ends.join('|')})$`] : [])].join('|'));
}

/** A text that nowhere contains a word whose first letter occurs in it only once: what starts with that letter goes on otherwise. */
function without([first, ...rest]: string): string {
  const after = rest.reduceRight((below, letter) => `(?:[^${first}${letter}][^${first}]*${below === null ? '' : `|${letter}${below}`})?`, null as string | null);
  return `^[^${first}]*(?:${first}${after})*$`;
}
