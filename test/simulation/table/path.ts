import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Tokens } from './tokens.ts';
import type { Image } from './values.ts';

/** What stands for an expression's placeholders. */
export interface Bindings {
  names: Readonly<Record<string, string>>;
  values: Readonly<Record<string, AttributeValue>>;
}

type Segment = { name: string } | { index: number };

/** Where in an item something lies, in the words of its expression. */
export type Path = readonly [{ name: string }, ...Segment[]];

export const readPath = (tokens: Tokens): Path => {
  const path: [{ name: string }, ...Segment[]] = [{ name: tokens.take() }];
  for (;;) {
    if (tokens.skip('.')) path.push({ name: tokens.take() });
    else if (tokens.skip('[')) {
      path.push({ index: Number(tokens.take()) });
      tokens.expect(']');
    } else return path;
  }
};

const nameIn = (name: string, { names }: Bindings): string => {
  if (!name.startsWith('#')) return name;
  const bound = names[name];
  if (bound === undefined) throw new Error(`${name} stands for nothing`);
  return bound;
};

export const boundValue = (token: string, { values }: Bindings): AttributeValue => {
  const bound = values[token];
  if (bound === undefined) throw new Error(`${token} stands for nothing`);
  return bound;
};

export const rootOf = ([first]: Path, bindings: Bindings): string => nameIn(first.name, bindings);

export const find = (item: Image, path: Path, bindings: Bindings): AttributeValue | undefined => {
  let value: AttributeValue | undefined = { M: item };
  for (const segment of path)
    value = 'name' in segment ? value?.M?.[nameIn(segment.name, bindings)] : value?.L?.[segment.index];
  return value;
};

/** A copy of the item in which the value at the path is another, or gone. @throws Error where the way there is missing */
export const replaced = (
  item: Image,
  path: Path,
  value: AttributeValue | undefined,
  bindings: Bindings,
): Image => {
  const [segment, ...rest] = path as readonly Segment[];
  if (!segment || !('name' in segment)) throw new Error('a list has no names');
  const name = nameIn(segment.name, bindings);
  if (rest.length === 0) {
    if (value !== undefined) return { ...item, [name]: value };
    const { [name]: _, ...others } = item;
    return others;
  }
  const inner = item[name];
  if (!inner?.M) throw new Error('The document path provided in the update expression is invalid for update');
  return { ...item, [name]: { M: replaced(inner.M, rest as unknown as Path, value, bindings) } };
};
