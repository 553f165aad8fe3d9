/** Members of circles: nodes that reach themselves. Tarjan's strongly connected components, without recursion. */
export function cyclesAmong(nodes: readonly string[], next: (node: string) => readonly string[]): Set<string> {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const cyclic = new Set<string>();
  for (const root of nodes) {
    if (order.has(root)) continue;
    const path: { node: string; at: number }[] = [{ node: root, at: 0 }];
    while (path.length > 0) {
      const top = path.at(-1)!;
      const { node } = top;
      if (!order.has(node)) {
        order.set(node, order.size);
        low.set(node, order.get(node)!);
        open.push(node);
        isOpen.add(node);
      }
      const to = next(node)[top.at++];
      if (to !== undefined) {
        if (to === node) cyclic.add(node);
        if (!order.has(to)) path.push({ node: to, at: 0 });
        else if (isOpen.has(to)) low.set(node, Math.min(low.get(node)!, order.get(to)!));
        continue;
      }
      path.pop();
      const above = path.at(-1)?.node;
      if (above !== undefined) low.set(above, Math.min(low.get(above)!, low.get(node)!));
      if (low.get(node) !== order.get(node)) continue;
      const group = open.splice(open.indexOf(node));
      for (const member of group) isOpen.delete(member);
      if (group.length > 1) for (const member of group) cyclic.add(member);
    }
  }
  return cyclic;
}
