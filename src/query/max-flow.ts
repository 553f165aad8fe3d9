/** A flow network for whole-number capacities; pipe i and pipe i ^ 1 are each other's reverse. */
export interface Network {
  source: number;
  sink: number;
  /** Where each pipe ends, and what still fits through it. */
  to: number[];
  room: number[];
  /** Numbers of the pipes that leave each node. */
  pipes: number[][];
}

/** Nodes 0 to `nodes - 1`, a source and a sink behind them, no pipes yet. */
export function emptyNetwork(nodes: number): Network {
  return { source: nodes, sink: nodes + 1, to: [], room: [], pipes: Array.from({ length: nodes + 2 }, () => []) };
}

export function addPipe(network: Network, from: number, to: number, room: number): void {
  network.pipes[from]!.push(network.to.length);
  network.pipes[to]!.push(network.to.length + 1);
  network.to.push(to, from);
  network.room.push(room, 0);
}

/** Fills the network with a maximum flow, by Dinic's algorithm; false when that is infinite. */
export function fill(network: Network): boolean {
  const { source, sink, to, room, pipes } = network;
  for (let level = levelsOf(network); level[sink] !== -1; level = levelsOf(network)) {
    const next = new Int32Array(pipes.length);
    const path: number[] = [];
    let at = source;
    for (;;) {
      if (at === sink) {
        let flow = Infinity;
        for (const pipe of path) flow = Math.min(flow, room[pipe]!);
        if (flow === Infinity) return false;
        let firstFull = 0;
        for (let i = path.length - 1; i >= 0; i--) {
          const pipe = path[i]!;
          room[pipe]! -= flow;
          room[pipe ^ 1]! += flow;
          if (room[pipe] === 0) firstFull = i;
        }
        // The way up to the first full pipe is still open: go on from there.
        at = to[path[firstFull]! ^ 1]!;
        path.length = firstFull;
        continue;
      }
      const pipe = pipes[at]![next[at]!];
      if (pipe === undefined) {
        const back = path.pop();
        if (back === undefined) break;
        at = to[back ^ 1]!;
        next[at]!++;
      } else if (room[pipe]! > 0 && level[to[pipe]!] === level[at]! + 1) {
        path.push(pipe);
        at = to[pipe]!;
      } else {
        next[at]!++;
      }
    }
  }
  return true;
}

/** Steps from the source over pipes with room left; -1 where none lead. After `fill`: the source's side of the smallest cut. */
export function levelsOf({ source, to, room, pipes }: Network): Int32Array {
  const level = new Int32Array(pipes.length).fill(-1);
  level[source] = 0;
  const queue = [source];
  for (let i = 0; i < queue.length; i++) {
    for (const pipe of pipes[queue[i]!]!) {
      if (room[pipe]! <= 0 || level[to[pipe]!] !== -1) continue;
      level[to[pipe]!] = level[queue[i]!]! + 1;
      queue.push(to[pipe]!);
    }
  }
  return level;
}
