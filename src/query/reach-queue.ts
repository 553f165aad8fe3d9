import type { Value } from '../model/summary.ts';
import type { Manner } from './reach-reached.ts';

interface Waiting {
  file: number;
  value: Value;
  path: readonly string[];
  manner: Manner;
  swept: boolean;
}

/** What a walk has still to do: chains of names, and of calls, are longer than the stack is deep. */
export abstract class Queue {
  /** Above zero while what is reached is only possible, not named: handlers of routes are not entered that way. */
  protected sweeping = 0;
  private readonly regions: number[] = [];
  private readonly values: Waiting[] = [];

  protected abstract follow(file: number, value: Value, path: readonly string[], manner: Manner): void;
  protected abstract run(global: number): void;

  protected later(region: number): void {
    this.regions.push(region);
  }

  protected value(file: number, value: Value, path: readonly string[], manner: Manner): void {
    this.values.push({ file, value, path, manner, swept: this.sweeping > 0 });
  }

  protected sweep(reach: () => void): void {
    this.sweeping++;
    reach();
    this.sweeping--;
  }

  /** Values first: what they lead to is often what the next region asks for. */
  protected finish(): void {
    for (;;) {
      const value = this.values.pop();
      const region = value === undefined ? this.regions.pop() : undefined;
      this.sweeping = value?.swept === true ? 1 : 0;
      if (value !== undefined) this.follow(value.file, value.value, value.path, value.manner);
      else if (region !== undefined) this.run(region);
      else return;
    }
  }
}
