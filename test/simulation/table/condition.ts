import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Bindings, boundValue, find, readPath } from './path.ts';
import { Tokens } from './tokens.ts';
import { compare, contains, type Image, isEqual, isOfType, sizeOf, textOf } from './values.ts';

type Test = (item: Image, bindings: Bindings) => boolean;
type Operand = (item: Image, bindings: Bindings) => AttributeValue | undefined;

const comparisons: Record<string, (a: AttributeValue, b: AttributeValue) => boolean> = {
  '=': isEqual,
  '<>': (a, b) => !isEqual(a, b),
  '<': (a, b) => (compare(a, b) ?? 1) < 0,
  '<=': (a, b) => (compare(a, b) ?? 1) <= 0,
  '>': (a, b) => (compare(a, b) ?? -1) > 0,
  '>=': (a, b) => (compare(a, b) ?? -1) >= 0,
};

const readOperand = (tokens: Tokens): Operand => {
  const { next } = tokens;
  if (next?.startsWith(':')) {
    const token = tokens.take();
    return (_, bindings) => boundValue(token, bindings);
  }
  if (next === 'size' && tokens.following === '(') {
    tokens.take();
    tokens.expect('(');
    const inner = readOperand(tokens);
    tokens.expect(')');
    return (item, bindings) => {
      const value = inner(item, bindings);
      return value && { N: String(sizeOf(value)) };
    };
  }
  const path = readPath(tokens);
  return (item, bindings) => find(item, path, bindings);
};

const onBoth =
  (test: (a: AttributeValue, b: AttributeValue) => boolean) =>
  (a: Operand, b: Operand): Test =>
  (item, bindings) => {
    const [left, right] = [a(item, bindings), b(item, bindings)];
    return left !== undefined && right !== undefined && test(left, right);
  };

const functions: Record<string, (...operands: Operand[]) => Test> = {
  attribute_exists: (a) => (item, bindings) => a?.(item, bindings) !== undefined,
  attribute_not_exists: (a) => (item, bindings) => a?.(item, bindings) === undefined,
  begins_with: (a, b) =>
    onBoth((left, right) => left.S?.startsWith(textOf(right)) ?? false)(a as Operand, b as Operand),
  contains: (a, b) => onBoth(contains)(a as Operand, b as Operand),
  attribute_type: (a, b) =>
    onBoth((left, right) => isOfType(left, textOf(right)))(a as Operand, b as Operand),
};

const readFunction = (tokens: Tokens): Test => {
  const made = functions[tokens.take().toLowerCase()];
  if (!made) throw new Error('there is no such function');
  tokens.expect('(');
  const operands = [readOperand(tokens)];
  while (tokens.skip(',')) operands.push(readOperand(tokens));
  tokens.expect(')');
  return made(...operands);
};

const readComparison = (tokens: Tokens): Test => {
  const operand = readOperand(tokens);
  if (tokens.skip('BETWEEN')) {
    const low = readOperand(tokens);
    tokens.expect('AND');
    const high = readOperand(tokens);
    const [above, below] = [comparisons['>='], comparisons['<=']] as [Comparison, Comparison];
    const [first, second] = [onBoth(above)(operand, low), onBoth(below)(operand, high)];
    return (item, bindings) => first(item, bindings) && second(item, bindings);
  }
  if (tokens.skip('IN')) {
    tokens.expect('(');
    const among = [readOperand(tokens)];
    while (tokens.skip(',')) among.push(readOperand(tokens));
    tokens.expect(')');
    const tests = among.map((one) => onBoth(isEqual)(operand, one));
    return (item, bindings) => tests.some((test) => test(item, bindings));
  }
  const sign = tokens.take();
  const test = comparisons[sign];
  if (!test) throw new Error(`there is no comparison ${sign}`);
  const other = readOperand(tokens);
  // An absent attribute differs from every value.
  if (sign === '<>')
    return (item, bindings) => {
      const [left, right] = [operand(item, bindings), other(item, bindings)];
      return left === undefined || right === undefined ? left !== right : test(left, right);
    };
  return onBoth(test)(operand, other);
};

type Comparison = (a: AttributeValue, b: AttributeValue) => boolean;

const readTerm = (tokens: Tokens): Test => {
  if (tokens.skip('NOT')) {
    const test = readTerm(tokens);
    return (item, bindings) => !test(item, bindings);
  }
  if (tokens.skip('(')) {
    const test = readEither(tokens);
    tokens.expect(')');
    return test;
  }
  const isCall = tokens.following === '(' && tokens.next !== 'size';
  return isCall ? readFunction(tokens) : readComparison(tokens);
};

const readBoth = (tokens: Tokens): Test => {
  const tests = [readTerm(tokens)];
  while (tokens.skip('AND')) tests.push(readTerm(tokens));
  return (item, bindings) => tests.every((test) => test(item, bindings));
};

const readEither = (tokens: Tokens): Test => {
  const tests = [readBoth(tokens)];
  while (tokens.skip('OR')) tests.push(readBoth(tokens));
  return (item, bindings) => tests.some((test) => test(item, bindings));
};

const known = new Map<string, Test>();

/** A condition, filter or key condition as a test; an absent item is an empty one. @throws Error for what is none */
export const conditionOf = (expression: string): Test => {
  const read = known.get(expression);
  if (read) return read;
  const tokens = new Tokens(expression);
  const test = readEither(tokens);
  if (tokens.next !== undefined) throw new Error(`${expression} goes on with ${tokens.next}`);
  known.set(expression, test);
  return test;
};
