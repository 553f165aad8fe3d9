/** The properties of an object as they were when last looked at, so that looking again tells what changed. Runs no getter. */
export class Portrait {
  private readonly object: object;
  private keys: PropertyKey[] = [];
  private plain: PropertyKey[] = [];
  private values: unknown[] = [];

  constructor(object: object) {
    this.object = object;
    this.draw();
  }

  /** What was added, replaced or removed since the last look, with the value it has now. */
  changes(): { property: string; value: unknown }[] {
    const { object, plain, values } = this;
    let same = Reflect.ownKeys(object).length === this.keys.length;
    for (let i = 0; same && i < plain.length; i++) {
      const value = (object as Record<PropertyKey, unknown>)[plain[i]!];
      same = Object.is(value, values[i]);
    }
    return same ? [] : this.redraw();
  }

  private redraw(): { property: string; value: unknown }[] {
    const before = new Map(this.plain.map((key, i) => [key, this.values[i]]));
    const known = new Set(this.keys);
    this.draw();
    const after = new Map(this.plain.map((key, i) => [key, this.values[i]]));
    const changed = this.keys.filter((key) => !known.has(key) || (before.has(key) && !Object.is(before.get(key), after.get(key))));
    const removed = [...known].filter((key) => !this.keys.includes(key));
    return [...changed, ...removed].map((key) => ({ property: String(key), value: after.get(key) }));
  }

  private draw(): void {
    this.keys = Reflect.ownKeys(this.object);
    this.plain = [];
    this.values = [];
    for (const key of this.keys) {
      const descriptor = Object.getOwnPropertyDescriptor(this.object, key);
      if (descriptor === undefined || !('value' in descriptor)) continue;
      this.plain.push(key);
      this.values.push(descriptor.value);
    }
  }
}
