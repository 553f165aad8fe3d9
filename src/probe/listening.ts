import diagnostics from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AddressInfo, Server } from 'node:net';
import type { Ledger, Mark } from './ledger.ts';
import type { ListenMark, ListenRecord } from './record.ts';

export class Listening {
  readonly listens: ListenMark[] = [];
  firstAnswer: (Mark & { status: number }) | null = null;
  private readonly ledger: Ledger;
  private readonly folder: string;
  private readonly hear: { listens(): void; answers(): void };

  constructor(ledger: Ledger, folder: string, hear: { listens(): void; answers(): void }) {
    this.hear = hear;
    this.ledger = ledger;
    this.folder = folder;
    diagnostics.subscribe('http.server.response.finish', (message) => {
      const status = (message as { response: { statusCode: number } }).response.statusCode;
      if (this.firstAnswer !== null || status < 100 || status > 499) return;
      this.firstAnswer = { ...ledger.mark(), status };
      setImmediate(hear.answers);
    });
  }

  /** Hears of every TCP server from now on. */
  arm(net: typeof import('node:net')): void {
    const prototype = net.Server.prototype as unknown as {
      emit(this: Server, event: string, ...rest: unknown[]): boolean;
    };
    const { emit } = prototype;
    const heard = (server: Server): void => this.heard(server);
    // `emit` and not a listener: it sees the event first, and adds nothing that the app could count.
    prototype.emit = function (event, ...rest) {
      if (event === 'listening') heard(this);
      return emit.call(this, event, ...rest);
    };
  }

  private heard(server: Server): void {
    const address = server.address() as AddressInfo | string | null;
    if (address === null || typeof address === 'string') return;
    const mark = this.ledger.mark();
    this.hear.listens();
    this.listens.push({ ...mark, port: address.port, host: address.address });
    const record: ListenRecord = { pid: process.pid, port: address.port, host: address.address, atMs: performance.timeOrigin + mark.atMs };
    try {
      writeFileSync(join(this.folder, `${process.pid}-${this.listens.length}.listen`), JSON.stringify(record));
    } catch {
      // The folder is gone: the tool has ended, and so will this process.
    }
  }
}
