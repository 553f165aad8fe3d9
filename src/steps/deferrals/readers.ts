import type { ImportEdge, ModuleGraph } from '../../model/graph.ts';
import type { ImportText } from './obstacles.ts';

export interface ReadersInput {
  graph: ModuleGraph;
  textOf: (edge: ImportEdge) => ImportText | 'unread' | null;
  /** Whether the code at an offset of a module ran before the first answer; null where it is in no function, or not known. */
  ranBeforeAnswer: (id: string, offset: number) => boolean | null;
  /** Where a module's code may mean a name: offsets in its text. */
  mentionsIn: (id: string, name: string) => readonly number[];
}

/** Answers whether an export of a CommonJS module may be read before the first answer, followed through modules that hand it on. */
export function readersOf({ graph, textOf, ranBeforeAnswer, mentionsIn }: ReadersInput): (id: string, name: string) => boolean {
  const into = new Map<string, ImportEdge[]>();
  for (const edge of graph.edges) into.set(edge.to, [...(into.get(edge.to) ?? []), edge]);
  const isRead = (id: string, name: string, asked: Set<string>): boolean => {
    if (asked.has(`${id}\0${name}`)) return false;
    asked.add(`${id}\0${name}`);
    if (mentionsIn(id, name).some((offset) => ranBeforeAnswer(id, offset) === true)) return true;
    return (into.get(id) ?? []).some((edge) => {
      // Node reads every export of a CommonJS module that an ES module imports.
      if (edge.kind !== 'require') return true;
      const text = textOf(edge);
      if (text === null || text === 'unread') return true;
      const means = (one: { name: string | null }): boolean => one.name === null || one.name === name;
      if (text.reads.some((read) => means(read) && ranBeforeAnswer(edge.from, read.at) !== false)) return true;
      return text.handsOn.some((one) => means(one) && isRead(edge.from, one.as === '' ? name : one.as, asked));
    });
  };
  return (id, name) => isRead(id, name, new Set());
}
