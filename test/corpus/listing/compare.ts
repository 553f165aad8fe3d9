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

/** Route ids of `analyze` against the framework's own listing, both taken as sets. */
export function compareRoutes(ours: string[], listing: string[]): RouteComparison {
  const found = new Set(ours);
  const expected = new Set(listing);
  const missing = [...expected].filter((id) => !found.has(id)).sort();
  const extra = [...found].filter((id) => !expected.has(id)).sort();
  const both = found.size - extra.length;
  return {
    recall: expected.size === 0 ? 1 : both / expected.size,
    precision: found.size === 0 ? 1 : both / found.size,
    missing,
    extra,
  };
}
