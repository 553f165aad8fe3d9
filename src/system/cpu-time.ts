import { readdirSync, readFileSync } from 'node:fs';

/**
 * Milliseconds of CPU that a process and its living descendants have used, all threads together, to the microsecond. Null
 * where the system does not tell (not Linux). Of threads that have ended nothing is known.
 */
export function cpuTimeOf(pid: number): number | null {
  try {
    return timeOfTree(pid);
  } catch {
    return null;
  }
}

function timeOfTree(pid: number): number {
  let total = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const folder = `/proc/${pid}/task/${thread}`;
    // Nanoseconds on a CPU, nanoseconds in a queue, number of turns.
    total += Number(readFileSync(`${folder}/schedstat`, 'latin1').split(' ')[0]) / 1e6;
    for (const child of readFileSync(`${folder}/children`, 'latin1').split(' ')) if (child !== '') total += cpuTimeOf(Number(child)) ?? 0;
  }
  return total;
}
