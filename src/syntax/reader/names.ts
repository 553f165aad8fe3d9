import { ts } from 'ts-morph';
import type { Frame, Machine } from './machine.ts';

/** The key that a property's name stands for; null where it is computed from something unknown. */
export function propertyName(machine: Machine, name: ts.PropertyName, frame: Frame): string | null {
  if (!ts.isComputedPropertyName(name)) return name.text;
  const value = machine.evaluate(name.expression, frame);
  return value.kind === 'data' ? String(value.value) : null;
}
