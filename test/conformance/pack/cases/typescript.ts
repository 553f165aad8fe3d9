import { js, type PackCase } from '../case.ts';

/** TypeScript as Node runs it: types are taken away, nothing else changes. */
export const typescript: PackCase[] = [
  {
    name: 'a TypeScript entry with modules of all kinds',
    files: {
      'src/main.ts': js`
        import { greet, type Person } from './lib/greet.ts';
        import type { Nothing } from './types-only.ts';
        import common from './old.cts'; import { m } from './new.mts'; import data from './data.json' with { type: 'json' };
        const person: Person = { name: 'Ada' as const };
        let x = <T,>(value: T): T => value; const y = person!.name satisfies string;
        class Shape<T> { declare z: T; private hidden: number = 1; constructor(readonlyName: string) { this.name = readonlyName; } name: string; get n(): number { return this.hidden; } }
        interface Local { a: Nothing }
        function over(a: string): string; function over(a: number): number; function over(a: unknown) { return a; }
        console.log(greet(person), common, m, data.ok, x(1), y, new Shape<number>('s').n, over(3), Object.keys(new Shape('k')), import.meta.url);`,
      'package.json': '{"type":"module"}',
      'src/lib/greet.ts': 'export interface Person { name: string }\nexport function greet(this: void, { name }: Person): string { return "hi " + name; }',
      'src/types-only.ts': 'export type Nothing = never; console.log("never runs");',
      'src/old.cts': 'const value: string = "cts"; module.exports = value + typeof require;',
      'src/new.mts': 'export const m: number = 5;',
      'src/data.json': '{"ok":true}',
    },
    nodes: [24, 26],
    anyStderr: true,
  },
  {
    name: 'stacks of TypeScript name its lines and columns',
    files: {
      'main.ts': js`
        import { fail } from './fail.ts';
        interface Skipped {
          a: string;
        }
        const where = (stack: string): string[] => stack.split('\n').slice(1, 3).map((line) => line.trim());
        console.log(where(fail<string>('x')).join('\n'));`,
      'package.json': '{"type":"module"}',
      'fail.ts': js`
        type Gone = {
          b: number;
        };

        export function fail<T>(value: T): string { const gone: Gone = { b: 1 }; return (new Error(String(value) + gone.b) as Error).stack!; }`,
    },
    nodes: [24, 26],
    anyStderr: true,
  },
  {
    name: 'CommonJS TypeScript requires with extensions',
    files: {
      'main.cts': 'const { add }: { add: (a: number, b: number) => number } = require("./add.cts"); import type { X } from "./x.ts"; const n: X = 2; console.log(add(1, n), require.main === module, __filename);',
      'add.cts': 'exports.add = (a: number, b: number): number => a + b;',
      'x.ts': 'export type X = number;',
    },
    nodes: [24, 26],
    anyStderr: true,
  },
];
