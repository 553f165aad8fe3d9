import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';

/** Where a process has stopped: its top frame, lines and columns from 1. */
export interface Paused {
  url: string;
  functionName: string;
  line: number;
  column: number;
}

export interface Debugger {
  /** URL of each script that was parsed so far, with the URL of its source map. */
  scripts: Map<string, string>;
  /** Stops at a place; line and column from 1. */
  breakOn(url: string, line: number, column: number): Promise<void>;
  /** Lets a process begin that waits for a debugger. It stops at its first line. */
  begin(): Promise<void>;
  /** Waits until the process stops, tells where, and lets it go on; rejects where it does not stop within ten seconds. */
  paused(): Promise<Paused>;
  close(): void;
}

interface Message {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
}
interface Frame {
  functionName: string;
  location: { scriptId: string; lineNumber: number; columnNumber: number };
}

/** Connects to a process that was started with `--inspect=127.0.0.1:0` and its stderr as a pipe. */
export async function debug(child: ChildProcess): Promise<Debugger> {
  let said = '';
  for await (const text of child.stderr!.iterator({ destroyOnReturn: false })) if (/ws:\S+/.test((said += String(text)))) break;
  const socket = new WebSocket(/ws:\S+/.exec(said)![0]);
  await once(socket, 'open');
  const answers = new Map<number, (result: Record<string, unknown>) => void>();
  const scripts = new Map<string, string>();
  const urls = new Map<string, string>();
  const stops: Frame[] = [];
  const waiting: ((frame: Frame) => void)[] = [];
  const send = (method: string, params: object = {}): Promise<Record<string, unknown>> => {
    const id = answers.size + 1;
    socket.send(JSON.stringify({ id, method, params }));
    return new Promise((done) => answers.set(id, done));
  };
  socket.addEventListener('message', ({ data }) => {
    const { id, method, params, result } = JSON.parse(String(data)) as Message;
    if (id !== undefined) answers.get(id)!(result ?? {});
    if (method === 'Debugger.scriptParsed') {
      const { scriptId, url, sourceMapURL } = params as Record<string, string>;
      urls.set(scriptId!, url!);
      scripts.set(url!, sourceMapURL!);
    }
    if (method !== 'Debugger.paused') return;
    const [frame] = params!['callFrames'] as [Frame];
    const next = waiting.shift();
    if (next === undefined) stops.push(frame);
    else next(frame);
  });
  await send('Debugger.enable');
  return {
    scripts,
    breakOn: async (url, line, column) => void (await send('Debugger.setBreakpointByUrl', { url, lineNumber: line - 1, columnNumber: column - 1 })),
    begin: async () => void (await send('Runtime.runIfWaitingForDebugger')),
    async paused() {
      const frame = stops.shift() ?? (await new Promise<Frame>((done, failed) => waiting.push(done) && setTimeout(failed, 10_000, new Error('It does not stop.')).unref()));
      void send('Debugger.resume');
      const { scriptId, lineNumber, columnNumber } = frame.location;
      return { url: urls.get(scriptId) ?? '', functionName: frame.functionName, line: lineNumber + 1, column: columnNumber + 1 };
    },
    close: () => socket.close(),
  };
}
