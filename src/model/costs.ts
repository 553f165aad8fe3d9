import { z } from 'zod';
import { Account } from './boot.ts';
import { Sample } from './sample.ts';

/** What one module costs at a start. Retained: what goes if every import of it goes (dominator tree over the loaded graph). */
export const ModuleCost = z.object({
  id: z.string(),
  self: Sample,
  /** Self and everything that was loaded while it loaded. */
  inclusive: Sample,
  retained: Sample,
});
export type ModuleCost = z.infer<typeof ModuleCost>;

/** Medians over the timing runs; the account is that of the median run, so that it still adds up. */
export const Costs = z.object({
  kind: z.literal('costs'),
  version: z.literal(1),
  /** Null where no start could be timed. */
  account: Account.nullable(),
  modules: z.array(ModuleCost),
  /** Packages whose `exports` map makes resolving slow: the share of resolve time spent on their files. */
  slowExports: z.array(z.object({ package: z.string(), resolveMs: z.number(), files: z.number().int(), exportsBytes: z.number().int() })),
});
export type Costs = z.infer<typeof Costs>;
