import { ts } from 'ts-morph';
import { data, isCallable, unknown, type Value } from './values.ts';

/** The result of an operator on two values; unknown where either is. */
export function binary(operator: string, left: Value, right: Value): Value {
  if (operator === '===' || operator === '==') return asData(same(left, right));
  if (operator === '!==' || operator === '!=') return negated(same(left, right));
  if (operator === 'in') return contains(right, left);
  if (left.kind !== 'data' || right.kind !== 'data') return why(left) ?? why(right) ?? unknown;
  return data(calculate(operator, left.value as number, right.value as number) as string);
}

function why(value: Value): Value | null {
  return value.kind === 'unknown' && value.why !== null ? value : null;
}

/** The operator of `+=` and its like; null for operators that assign nothing. */
export function compound(operator: ts.SyntaxKind): string | null {
  if (operator < ts.SyntaxKind.FirstCompoundAssignment || operator > ts.SyntaxKind.LastCompoundAssignment) return null;
  return ts.tokenToString(operator)?.slice(0, -1) ?? null;
}

/** Whether two values are equal; undefined where it cannot be told. */
export function same(left: Value, right: Value): boolean | undefined {
  if (left === right && left.kind !== 'unknown') return true;
  if (left.kind === 'unknown' || right.kind === 'unknown' || left.kind === 'foreign' || right.kind === 'foreign') return undefined;
  if (left.kind === 'data' && right.kind === 'data') return left.value === right.value || (absent(left.value) && absent(right.value));
  return false;
}

function absent(value: unknown): boolean {
  return value === undefined || value === null;
}

function asData(truth: boolean | undefined): Value {
  return truth === undefined ? unknown : data(truth);
}

function negated(truth: boolean | undefined): Value {
  return truth === undefined ? unknown : data(!truth);
}

function contains(holder: Value, key: Value): Value {
  if (key.kind !== 'data') return unknown;
  if (holder.kind === 'object' || isCallable(holder)) return data(holder.props.has(String(key.value)));
  return unknown;
}

function calculate(operator: string, left: number, right: number): unknown {
  if (typeof left === 'bigint' || typeof right === 'bigint') return undefined;
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '**':
      return left ** right;
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '<=':
      return left <= right;
    case '>=':
      return left >= right;
    case '&':
      return left & right;
    case '|':
      return left | right;
    case '^':
      return left ^ right;
    case '<<':
      return left << right;
    case '>>':
      return left >> right;
    case '>>>':
      return left >>> right;
    default:
      return undefined;
  }
}
