import type { ImportEdge } from '../../model/graph.ts';
import { importsOf, type ImportSite } from '../../syntax/imports.ts';
import { languageOf } from '../../syntax/parse.ts';
import type { Texts } from './texts.ts';

/**
 * Takes the comments that opt out or in from the source a person edits, where the text that ran was compiled: compilers drop them.
 * `read` gives a source's text by id.
 */
export function withSourceChoices(textOf: Texts['textOf'], placeOf: (edge: Pick<ImportEdge, 'from' | 'specifier'>) => { file: string; specifier: string }, read: (id: string) => string | null): Texts['textOf'] {
  const choices = new Map<string, ReadonlyMap<string, NonNullable<ImportSite['choice']>>>();
  const choicesIn = (id: string): ReadonlyMap<string, NonNullable<ImportSite['choice']>> => {
    const known = choices.get(id) ?? choicesOf(read(id), id);
    choices.set(id, known);
    return known;
  };
  const isCompiled = (id: string): boolean => read(id)?.includes('sourceMappingURL=') === true;
  return (edge) => {
    const text = textOf(edge);
    if (text === null || text === 'unread' || text.choice !== null || edge.from.startsWith('node_modules/') || !isCompiled(edge.from)) return text;
    const { file, specifier } = placeOf(edge);
    const choice = file === edge.from ? undefined : choicesIn(file).get(specifier);
    return choice === undefined ? text : { ...text, choice };
  };
}

function choicesOf(source: string | null, id: string): Map<string, NonNullable<ImportSite['choice']>> {
  if (source === null || !/lwa-split:\s*(?:eager|lazy)\b/.test(source)) return new Map();
  const sites = importsOf(source, { module: 'esm', language: languageOf(id) }) ?? [];
  return new Map(sites.flatMap(({ specifier, choice }) => (specifier === null || choice === null ? [] : [[specifier, choice] as const])));
}
