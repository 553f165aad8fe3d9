import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';

export type Listening = { pid: number; port: number; host: string };

/** Below what Linux (32768) and macOS (49152) give to outgoing connections, any of which could take a port before the app does. */
const PORTS = { from: 12_000, to: 32_000 };

/** A TCP port on which nothing listens, none that an app or the adapter would take by default. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.to);
    if (await isPortFree(port)) return port;
  }
}

/** True when nothing answers on the loopback addresses' port and we could listen there. */
export async function isPortFree(port: number): Promise<boolean> {
  // Listening alone does not tell: macOS lets one program take 127.0.0.1 while another has all addresses.
  if ((await connects(port, '127.0.0.1')) || (await connects(port, '::1'))) return false;
  return (await listenOnce(port, '127.0.0.1')) !== null;
}

function listenOnce(port: number, host: string): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}

function connects(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** TCP ports on which the processes listen, in any network namespace; sorted by pid, port and host. */
export function listeningPorts(pids: readonly number[]): Listening[] {
  if (pids.length === 0) return [];
  const found = process.platform === 'linux' ? fromProc(pids) : parseLsof(lsof(pids));
  return found.toSorted((a, b) => a.pid - b.pid || a.port - b.port || (a.host < b.host ? -1 : 1));
}

function fromProc(pids: readonly number[]): Listening[] {
  const tables = new Map<string, Map<string, { port: number; host: string }>>();
  return pids.flatMap((pid) => {
    const namespace = linkOf(`/proc/${pid}/ns/net`);
    const table = tables.get(namespace) ?? parseTcpTable(`${textOf(`/proc/${pid}/net/tcp`)}\n${textOf(`/proc/${pid}/net/tcp6`)}`);
    tables.set(namespace, table);
    return filesOf(pid).flatMap((file) => {
      const socket = table.get(file.slice('socket:['.length, -1));
      return socket === undefined ? [] : [{ pid, ...socket }];
    });
  });
}

/** Listening sockets by inode, from /proc/net/tcp and tcp6 (Linux, Documentation/networking/proc_net_tcp). */
export function parseTcpTable(text: string): Map<string, { port: number; host: string }> {
  const sockets = new Map<string, { port: number; host: string }>();
  for (const line of text.split('\n')) {
    const fields = line.trim().split(/\s+/);
    const [address, port] = (fields[1] ?? '').split(':');
    const inode = fields[9];
    if (fields[3] !== '0A' || address === undefined || port === undefined || inode === undefined) continue;
    sockets.set(inode, { port: Number.parseInt(port, 16), host: hostOf(address) });
  }
  return sockets;
}

/** The kernel prints addresses as 32-bit words in its own byte order, which is little-endian on x64 and arm64. */
function hostOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).toReversed());
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => `${bytes[2 * index]}${bytes[2 * index + 1]}`.replace(/^0+(?=.)/, ''));
  // The URL parser knows the one right way to shorten an address.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

function lsof(pids: readonly number[]): string {
  try {
    return execFileSync('lsof', ['-nP', '-a', '-iTCP', '-sTCP:LISTEN', '-p', pids.join(','), '-Fpn'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    // lsof fails when one of the processes has nothing to list, and still prints the others.
    return error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
  }
}

/** Listening sockets from `lsof -Fpn`: a line `p<pid>`, then for each socket `n<host>:<port>`. */
export function parseLsof(text: string): Listening[] {
  let pid = 0;
  return text.split('\n').flatMap((line) => {
    if (line.startsWith('p')) pid = Number(line.slice(1));
    const match = /^n(.*):(\d+)$/.exec(line);
    if (match === null) return [];
    const host = match[1]!.replace(/^\[|\]$/g, '');
    return [{ pid, port: Number(match[2]), host: host === '*' ? '::' : host }];
  });
}

function filesOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`)
      .map((name) => linkOf(`/proc/${pid}/fd/${name}`))
      .filter((target) => target.startsWith('socket:['));
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
