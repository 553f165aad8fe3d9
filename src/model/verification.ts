import { z } from 'zod';

/** A request that is sent to every variant. `path` begins with / and holds the query; `body` is base64. */
export interface ReplayRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | null;
}

/** What a variant answered differently from the original; one entry for each aspect of one request. */
export const Difference = z.object({
  /** `GET /users/1`: method and path as sent, with values of secret-looking query parameters left out; null for the start itself. */
  request: z.string().nullable(),
  variant: z.string(),
  /** start: it did not come up; outcome: no whole answer, or the process ended. */
  aspect: z.enum(['start', 'outcome', 'status', 'header', 'body']),
  /** Header name; null for the other aspects. */
  name: z.string().nullable(),
  /** Lines that begin with `-` (original), `+` (variant) or a blank (both). What differs by nature reads `‹number›` and the like. */
  diff: z.array(z.string()),
});
export type Difference = z.infer<typeof Difference>;

/** Something that already differed between starts of the unchanged original, and so was compared by its kind only. */
export const ByNature = z.object({
  request: z.string(),
  /** `status`, `header etag`, `body $.uptime`, `body line 12`. */
  at: z.string(),
  /** What it was taken for: number, date, uuid, text, any value, order, presence. */
  as: z.string(),
});
export type ByNature = z.infer<typeof ByNature>;

/** What `verify --json` prints. The shape is public: add freely, rename and remove nothing. */
export const Verification = z.object({
  kind: z.literal('verification'),
  version: z.literal(1),
  /** Variants that were compared with the original. */
  variants: z.array(z.string()),
  /** How many requests each variant got. */
  requests: z.number().int(),
  /** Requests that were not sent because they may write. */
  writesSkipped: z.number().int(),
  /** How many requests the original answered with each status; `none` for those it did not answer. Tells how much was really proven. */
  statuses: z.record(z.string(), z.number().int()),
  differences: z.array(Difference),
  byNature: z.array(ByNature),
  /** How many deferred modules the variants loaded late, each counted once per variant. */
  deferredModulesLoaded: z.number().int(),
  failedToLoad: z.array(z.object({ variant: z.string(), module: z.string(), message: z.string() })),
});
export type Verification = z.infer<typeof Verification>;

/** True when a variant did something else than the original, or a deferred module cannot be loaded. */
export function differs(verification: Verification): boolean {
  return verification.differences.length > 0 || verification.failedToLoad.length > 0;
}
