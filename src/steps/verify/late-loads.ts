import { z } from 'zod';

/** One deferred module that was loaded after the start. `error` is set where that failed. */
export interface LateLoad {
  module: string;
  ms: number;
  error: string | null;
}

const line = z.object({ event: z.literal('late-load'), module: z.string(), ms: z.number(), error: z.string().optional() });

/** The late loads that a build logs under LWA_SPLIT_LOG=1, one JSON line each, out of all that an app prints. */
export function lateLoadsIn(output: string): LateLoad[] {
  return output.split('\n').flatMap((text) => {
    if (!text.includes('"late-load"')) return [];
    const found = line.safeParse(parsed(text.slice(text.indexOf('{'))));
    return found.success ? [{ module: found.data.module, ms: found.data.ms, error: found.data.error ?? null }] : [];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
