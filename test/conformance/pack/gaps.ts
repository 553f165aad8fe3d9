/** What a packed app is known to do differently from plain Node. A gap that has been closed makes the suite fail until its line is gone. */
export interface Gap {
  /** Of the case. */
  name: string;
  /** Major versions of Node; all unless given. */
  nodes?: readonly number[];
  because: string;
}

export const gaps: readonly Gap[] = [];
