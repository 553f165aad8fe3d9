import type { PackCase } from '../case.ts';
import { children } from './children.ts';
import { commonjs } from './commonjs.ts';
import { errors } from './errors.ts';
import { hooks } from './hooks.ts';
import { identity } from './identity.ts';
import { interop } from './interop.ts';
import { modules } from './modules.ts';
import { processes } from './processes.ts';
import { resolution } from './resolution.ts';
import { typescript } from './typescript.ts';

/** All cases, by topic. */
export const topics: Record<string, PackCase[]> = {
  'who a module is': identity,
  'which file a specifier means': resolution,
  'CommonJS': commonjs,
  'ES modules': modules,
  'both kinds together': interop,
  'processes, threads and files': processes,
  'processes that the app starts': children,
  'errors and ends': errors,
  'tools between app and loader': hooks,
  'TypeScript': typescript,
};
