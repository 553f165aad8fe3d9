import type { Analysis } from '../model/analysis.ts';
import { bar, heading, indent, percent, table, wholeMs, type Page } from './text.ts';

/** A start command that takes this long before Node begins is worth a word. */
const notedLauncherMs = 10;

/** What each part of the start takes; `listened` tells whether it came to its end. */
export function accountLines({ coldStart }: Analysis, listened: boolean, page: Page): string[] {
  const { width, paint } = page;
  if (!coldStart.account) return [];
  const { initMs, ...parts } = coldStart.account;
  const rows: [string, number, string][] = [
    ['bootstrap', parts.bootstrapMs, parts.launcherMs >= notedLauncherMs ? `${wholeMs(parts.launcherMs)} ms of it before Node` : "Node, before the app's code"],
    ['resolve', parts.resolveMs, "finding modules' files"],
    ['read', parts.readMs, 'reading them'],
    ['evaluate', parts.evaluateMs, 'compiling and running them'],
    ['own work', parts.ownWorkMs, 'the app, after loading'],
    ['waiting', parts.waitingMs, 'for timers, sockets, others'],
    ['unattributed', parts.unattributedMs, 'in none of these'],
  ];
  const barWidth = Math.min(24, Math.max(8, width - 62));
  return [
    ...heading('Where the start goes', `${wholeMs(initMs)} ms until it ${listened ? 'listens' : 'ended'}`, page),
    ...indent(
      table(
        [{}, { style: 'cyan' }, { align: 'right' }, { align: 'right' }, { least: 0, style: 'dim' }],
        rows.map(([name, ms, meaning]) => [name, bar(ms / initMs, barWidth).padEnd(barWidth), `${wholeMs(ms)} ms`, percent(ms, initMs), meaning]),
        width - 2,
        paint,
      ),
    ),
    ...(coldStart.probeOverhead === null ? [] : indent([paint('dim', overheadOf(coldStart.probeOverhead))])),
  ];
}

/** Noise can make a start under the probe look faster: that is no gain. */
function overheadOf(share: number): string {
  return share < 0.005 ? 'timed under the probe, which costs nothing that shows' : `timed under the probe, which makes a start ${Math.round(share * 100)} % slower`;
}
