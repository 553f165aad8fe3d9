import type { FoundRoute, RouteReader } from './reader.ts';

/** A web framework as a plugin: data, and one function that tells its routes from what the app does with it. */
export interface Framework {
  name: string;
  /** Where the behavior that it follows is described. */
  docs: string;
  /** Packages whose things it knows; `@nestjs/*` stands for all of a scope, `koa-*` for all with this beginning. */
  packages: readonly string[];
  /** Methods of its objects that return what they are called on. */
  fluent?: readonly string[];
  /** Methods of its objects that call the functions given to them at once or when the server is ready, and not per request. */
  runs?: readonly string[];
  findRoutes(reader: RouteReader): FoundRoute[];
}

/** The framework of a package or of a specifier below it; null where none knows it. */
export function frameworkOfPackage(frameworks: readonly Framework[], specifier: string): Framework | null {
  return frameworks.find(({ packages }) => packages.some((name) => (name.endsWith('*') ? specifier.startsWith(name.slice(0, -1)) : specifier === name || specifier.startsWith(`${name}/`)))) ?? null;
}
