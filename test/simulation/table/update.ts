import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Bindings, boundValue, find, type Path, readPath, replaced, rootOf } from './path.ts';
import { Tokens } from './tokens.ts';
import type { Image } from './values.ts';

/** One clause's change: given the item before all of them, and the item as it has become. */
type Change = (before: Image, item: Image, bindings: Bindings) => Image;
type Value = (before: Image, bindings: Bindings) => AttributeValue;

const sum = (a: AttributeValue, b: AttributeValue, sign: 1 | -1): AttributeValue => {
  if (a.N === undefined || b.N === undefined)
    throw new Error('An operand in the update expression has an incorrect data type');
  return { N: String(Number(a.N) + sign * Number(b.N)) };
};

const readAtom = (tokens: Tokens): Value => {
  if (tokens.next?.startsWith(':')) {
    const token = tokens.take();
    return (_, bindings) => boundValue(token, bindings);
  }
  const name = tokens.next?.toLowerCase();
  if (tokens.following === '(' && (name === 'if_not_exists' || name === 'list_append')) {
    tokens.take();
    tokens.expect('(');
    const path = name === 'if_not_exists' ? readPath(tokens) : undefined;
    const first = path ? undefined : readAtom(tokens);
    tokens.expect(',');
    const second = readAtom(tokens);
    tokens.expect(')');
    if (path) return (before, bindings) => find(before, path, bindings) ?? second(before, bindings);
    return (before, bindings) => ({
      L: [...((first as Value)(before, bindings).L ?? []), ...(second(before, bindings).L ?? [])],
    });
  }
  const path = readPath(tokens);
  return (before, bindings) => {
    const value = find(before, path, bindings);
    if (!value)
      throw new Error('The provided expression refers to an attribute that does not exist in the item');
    return value;
  };
};

const readValue = (tokens: Tokens): Value => {
  let value = readAtom(tokens);
  for (;;) {
    const sign = tokens.skip('+') ? 1 : tokens.skip('-') ? -1 : undefined;
    if (sign === undefined) return value;
    const [left, right] = [value, readAtom(tokens)];
    value = (before, bindings) => sum(left(before, bindings), right(before, bindings), sign);
  }
};

const readClause: Record<string, (tokens: Tokens) => { path: Path; change: Change }> = {
  SET: (tokens) => {
    const path = readPath(tokens);
    tokens.expect('=');
    const value = readValue(tokens);
    return {
      path,
      change: (before, item, bindings) => replaced(item, path, value(before, bindings), bindings),
    };
  },
  ADD: (tokens) => {
    const path = readPath(tokens);
    const amount = readAtom(tokens);
    return {
      path,
      change: (before, item, bindings) => {
        const added = sum(find(before, path, bindings) ?? { N: '0' }, amount(before, bindings), 1);
        return replaced(item, path, added, bindings);
      },
    };
  },
  REMOVE: (tokens) => {
    const path = readPath(tokens);
    return { path, change: (_, item, bindings) => replaced(item, path, undefined, bindings) };
  },
};

type Update = (before: Image, bindings: Bindings) => Image;

const read = (expression: string): Update => {
  const tokens = new Tokens(expression);
  const clauses: { path: Path; change: Change }[] = [];
  while (tokens.next !== undefined) {
    const clause = readClause[tokens.take().toUpperCase()];
    if (!clause) throw new Error(`not an update: ${expression}`);
    do clauses.push(clause(tokens));
    while (tokens.skip(','));
  }
  return (before, bindings) => {
    const roots = clauses.filter(({ path }) => path.length === 1).map(({ path }) => rootOf(path, bindings));
    if (new Set(roots).size < roots.length) throw new Error('Two document paths overlap with each other');
    return clauses.reduce((item, { change }) => change(before, item, bindings), before);
  };
};

const known = new Map<string, Update>();

/** What an update expression makes of an item. @throws Error for what is none, or can't be done to the item */
export const updateOf = (expression: string): Update => {
  const found = known.get(expression) ?? read(expression);
  known.set(expression, found);
  return found;
};
