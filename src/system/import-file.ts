import { pathToFileURL } from 'node:url';

/**
 * Runs a JavaScript or TypeScript module of the user's in our own process and gives its exports. Held back are Node's
 * notices that taking types away is new (Node 22, early 24) and that a package.json names no module type.
 */
export async function importFile(path: string): Promise<unknown> {
  const emitWarning = process.emitWarning;
  process.emitWarning = ((warning: string | Error, ...rest: never[]) => {
    if (!/Type Stripping|Module type of/.test(String(warning))) emitWarning.call(process, warning, ...rest);
  }) as typeof process.emitWarning;
  try {
    return await import(pathToFileURL(path).href);
  } finally {
    process.emitWarning = emitWarning;
  }
}
