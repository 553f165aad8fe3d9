import { join, relative } from 'node:path';
import type { FoundRoute, Framework, RouteReader } from '../../src/plugin.ts';

const verbs = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** Next.js: route files and pages of both routers, found by where they stand. */
export const next: Framework = {
  name: 'next',
  docs: 'https://nextjs.org/docs/app/getting-started/project-structure',
  packages: ['next'],
  findRoutes(reader) {
    if (!reader.dependsOn('next')) return [];
    const folders = ['', 'src'].map((folder) => join(reader.root, folder));
    const extensions = extensionsOf(reader);
    const routes = [...folders.flatMap((folder) => appRoutes(reader, join(folder, 'app'), extensions)), ...folders.flatMap((folder) => pagesRoutes(reader, join(folder, 'pages'), extensions))];
    const base = reader.text(configured(reader, 'basePath')) ?? '';
    return routes.map((route) => ({ ...route, path: `${base}${route.path}` }));
  },
};

function appRoutes(reader: RouteReader, folder: string, extensions: string[]): FoundRoute[] {
  return reader.filesBelow(folder).flatMap((file) => {
    const [name, path] = split(relative(folder, file), extensions);
    const segments = path.split('/').filter(Boolean);
    // Folders with an underscore are private, those with `(.)` show what has a path elsewhere.
    if ((name !== 'route' && name !== 'page') || segments.some((segment) => /^_|^\(\.+\)/.test(segment))) return [];
    const shown = spelled(segments.filter((segment) => !/^\(.*\)$|^@/.test(segment)));
    if (name === 'page') return [found(reader, 'GET', shown, file, 'default')];
    const exported = verbs.filter((verb) => isThere(reader, file, verb));
    if (exported.length === 0) reader.unreadable('which methods this route file answers', { file, line: 1, column: 1 });
    return exported.map((verb) => found(reader, verb, shown, file, verb));
  });
}

function pagesRoutes(reader: RouteReader, folder: string, extensions: string[]): FoundRoute[] {
  return reader.filesBelow(folder).flatMap((file) => {
    const [name, path] = split(relative(folder, file), extensions);
    if (name === '' || (path === '' && /^(?:_app|_document|_error|404|500)$/.test(name))) return [];
    const segments = [...path.split('/').filter(Boolean), ...(name === 'index' ? [] : [name])];
    return [found(reader, segments[0] === 'api' ? 'ALL' : 'GET', spelled(segments), file, 'default')];
  });
}

/** Name without its extension ('' where it is no page), and the folder it is in. */
function split(file: string, extensions: string[]): [name: string, folder: string] {
  const parts = file.split('/');
  const base = parts.pop()!;
  const extension = extensions.find((one) => base.endsWith(`.${one}`));
  return [extension === undefined || base.endsWith('.d.ts') ? '' : base.slice(0, -extension.length - 1), parts.join('/')];
}

function spelled(segments: string[]): string {
  return `/${segments.map((segment) => (/^\[{1,2}\.\.\./.test(segment) ? '*' : segment.replace(/^\[(.+)\]$/, ':$1'))).join('/')}`;
}

function found(reader: RouteReader, method: string, path: string, file: string, name: string): FoundRoute {
  const place = { file, line: 1, column: 1 };
  // Pages are not read for their insides: most are components, and only their place is of interest.
  const handler = name === 'default' ? { place, name, fn: null, thing: null } : reader.handler(reader.property(reader.exportsOf(file), name), place);
  return { method, path, handler, middleware: [], registeredAt: handler.place };
}

function isThere(reader: RouteReader, file: string, name: string): boolean {
  const value = reader.property(reader.exportsOf(file), name);
  return value.kind !== 'data';
}

function extensionsOf(reader: RouteReader): string[] {
  return reader.patterns(configured(reader, 'pageExtensions'))?.map(String) ?? ['tsx', 'ts', 'jsx', 'js'];
}

function configured(reader: RouteReader, name: string): ReturnType<RouteReader['property']> {
  const file = ['next.config.js', 'next.config.mjs', 'next.config.ts'].map((one) => join(reader.root, one)).find((one) => reader.files.isFile(one));
  if (file === undefined) return reader.plain(undefined);
  const exported = reader.exportsOf(file);
  const settings = reader.property(exported, 'default');
  return reader.property(settings.kind === 'data' ? exported : settings, name);
}
