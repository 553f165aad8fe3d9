export interface RouteComparison {
  /** Share of the framework's routes that we found, 1 when it has none. */
  recall: number;
  /** Share of our routes that the framework has too, 1 when we have none. */
  precision: number;
  /** In the listing, not among ours; sorted. */
  missing: string[];
  /** Among ours, not in the listing; sorted. */
  extra: string[];
}

/**
 * Route ids of `analyze` against the framework's own listing, both taken as sets. Where the listing has a regular
 * expression (`GET ~^\\/a\\/(\\w+)$`), any of our patterns that begins with the same literal text is taken for it.
 */
export function compareRoutes(ours: string[], listing: string[]): RouteComparison {
  const found = new Set(ours);
  const expected = new Set(listing);
  const missing = [...expected].filter((id) => !found.has(id) && !ours.some((own) => standsFor(own, id))).sort();
  const extra = [...found].filter((id) => !expected.has(id) && !listing.some((listed) => standsFor(id, listed))).sort();
  return {
    recall: expected.size === 0 ? 1 : (expected.size - missing.length) / expected.size,
    precision: found.size === 0 ? 1 : (found.size - extra.length) / found.size,
    missing,
    extra,
  };
}

function standsFor(own: string, listed: string): boolean {
  const [method, source] = listed.split(' ~');
  if (source === undefined || !own.startsWith(`${method} `)) return false;
  const literal = (/^\^?((?:\\\W|[\w\-/])*)/.exec(source)?.[1] ?? '').replaceAll('\\', '');
  return own.slice(own.indexOf(' ') + 1).split(/[:*]/)[0] === (literal || '/');
}
