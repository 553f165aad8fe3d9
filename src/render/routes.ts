import type { Analysis, AnalyzedRoute } from '../model/analysis.ts';
import { heading, indent, moduleName, more, oneLine, placed, table, whole, wholeMs, type Page } from './text.ts';

const shownRoutes = 12;

/** The routes, those with the heaviest module first. */
export function routeLines(analysis: Analysis, page: Page): string[] {
  const { width, paint } = page;
  const all = analysis.routes;
  if (all.length === 0) return analysis.modules.length === 0 ? [] : [paint('bold', 'Routes'), ...indent(['None was seen being registered.'])];
  const weight = (route: AnalyzedRoute): number => route.heaviest[0]?.ms ?? 0;
  const top = all.toSorted((a, b) => weight(b) - weight(a)).slice(0, shownRoutes);
  return [
    ...heading('Routes', `${whole(all.length)}; modules that each can touch, and the heaviest`, page),
    ...indent([
      ...table(
        [{ title: 'route', least: 14 }, { title: 'handler', least: 14, style: 'dim' }, { title: 'modules', align: 'right' }, { title: 'ms', align: 'right' }, { title: 'heaviest', least: 8 }],
        top.map(({ id, declaredAt, modules, heaviest: [first] }) => [
          oneLine(id),
          declaredAt ? moduleName(placed(declaredAt)) : '?',
          whole(modules),
          first ? wholeMs(first.ms) : '',
          first ? packageOf(first.module) : '',
        ]),
        width - 2,
        paint,
      ),
      ...more(all.length - top.length, paint),
    ]),
  ];
}

/** A dependency's module by its package alone: there is no room for the file. */
function packageOf(id: string): string {
  return /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1] ?? id;
}
