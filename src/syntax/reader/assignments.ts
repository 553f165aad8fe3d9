import { ts } from 'ts-morph';
import type { Frame, Machine } from './machine.ts';
import { binary, compound } from './operators.ts';
import { assignTo } from './patterns.ts';
import { isCallable, truthOf, type Value } from './values.ts';

const Kind = ts.SyntaxKind;

/** Operators between two expressions: assignments, those that may leave out the right side, and plain ones. */
export function binaryExpression(machine: Machine, node: ts.BinaryExpression, frame: Frame): Value {
  const operator = node.operatorToken.kind;
  if (operator === Kind.EqualsToken) {
    const value = machine.evaluate(node.right, frame);
    if (value.kind === 'function' && value.name === '') value.name = nameOfTarget(node.left);
    assignTo(machine, node.left, value, frame);
    return value;
  }
  if (operator === Kind.CommaToken) {
    machine.evaluate(node.left, frame);
    return machine.evaluate(node.right, frame);
  }
  const left = machine.evaluate(node.left, frame);
  const chosen = logical(operator, left);
  if (chosen !== null) {
    if (chosen === 'left') return left;
    const right = chosen === 'right' ? machine.evaluate(node.right, frame) : machine.unsure(frame, () => machine.evaluate(node.right, frame));
    const value = chosen === 'right' || left.kind === 'unknown' || isNotable(right) ? right : left;
    if (isAssignment(operator)) assignTo(machine, node.left, value, frame);
    return value;
  }
  const right = machine.evaluate(node.right, frame);
  const simple = compound(operator);
  if (simple === null) return binary(node.operatorToken.getText(frame.module.source), left, right);
  const value = binary(simple, left, right);
  assignTo(machine, node.left, value, frame);
  return value;
}

/** Which side of `&&`, `||`, `??` and their assignments counts; `both` where it cannot be told; null for other operators. */
function logical(operator: ts.SyntaxKind, left: Value): 'left' | 'right' | 'both' | null {
  const truth = truthOf(left);
  const absent = left.kind === 'data' ? left.value === undefined || left.value === null : left.kind === 'unknown' || (left.kind === 'foreign' && left.how === 'member') ? undefined : false;
  const choose = (right: boolean | undefined): 'left' | 'right' | 'both' => (right === undefined ? 'both' : right ? 'right' : 'left');
  switch (operator) {
    case Kind.AmpersandAmpersandToken:
    case Kind.AmpersandAmpersandEqualsToken:
      return choose(truth);
    case Kind.BarBarToken:
    case Kind.BarBarEqualsToken:
      return choose(truth === undefined ? undefined : !truth);
    case Kind.QuestionQuestionToken:
    case Kind.QuestionQuestionEqualsToken:
      return choose(absent);
    default:
      return null;
  }
}

function isAssignment(operator: ts.SyntaxKind): boolean {
  return operator >= Kind.FirstAssignment && operator <= Kind.LastAssignment;
}

/** Something a route can depend on, in contrast to a mere flag. */
function isNotable(value: Value): boolean {
  return isCallable(value) || value.kind === 'object' || value.kind === 'list' || (value.kind === 'data' && typeof value.value === 'string');
}

function nameOfTarget(node: ts.Expression): string {
  return ts.isIdentifier(node) || ts.isPropertyAccessExpression(node) ? (ts.isIdentifier(node) ? node.text : node.name.text) : '';
}
