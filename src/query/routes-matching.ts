/**
 * Routes whose id (`GET /users/:id`) or path is the pattern, in which `*` stands for anything: `/users*`, `POST *`.
 * A pattern without a method matches every method.
 */
export function routesMatching<Route extends { id: string; path: string }>(routes: readonly Route[], pattern: string): Route[] {
  const wanted = new RegExp(`^${pattern.split('*').map(literal).join('.*')}$`, 'i');
  return routes.filter((route) => route.id === pattern || route.path === pattern || wanted.test(route.id) || wanted.test(route.path));
}

function literal(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}
