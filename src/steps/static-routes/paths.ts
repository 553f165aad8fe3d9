import { joinPaths, pathOfRegExp } from '../../probe/routes/pattern.ts';

export { joinPaths };

/** HTTP methods that frameworks have a function of the same name for. */
export const verbs: readonly string[] = ['get', 'post', 'put', 'delete', 'patch', 'head', 'options'];

/** A path as one text: regular expressions as the narrowest pattern that takes all they take. */
export function spelled(pattern: string | RegExp): string {
  return typeof pattern === 'string' ? pattern : pathOfRegExp(pattern);
}
