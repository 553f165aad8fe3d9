import { pathToFileURL } from 'node:url';

/**
 * Runs a JavaScript or TypeScript module of the user's in our own process and gives its exports. Node's notice that
 * taking types away is new (Node 22 and early 24) is no news for the user and is held back.
 */
export async function importFile(path: string): Promise<unknown> {
  const emitWarning = process.emitWarning;
  process.emitWarning = ((warning: string | Error, ...rest: never[]) => {
    if (!String(warning).includes('Type Stripping')) emitWarning.call(process, warning, ...rest);
  }) as typeof process.emitWarning;
  try {
    return await import(pathToFileURL(path).href);
  } finally {
    process.emitWarning = emitWarning;
  }
}
