import type { Key, Write } from './types.ts';

type Addition = { update: Key; add: Record<string, number> };

/** An update that only adds, whatever is there. */
const additionOf = (write: Write): Addition | undefined =>
  'update' in write && write.add && !write.set && !write.remove && !write.when
    ? { update: write.update, add: write.add }
    : undefined;

const nameOf = ({ table, pk, sk }: Key): string => JSON.stringify([table, pk, sk]);

const summed = (a: Record<string, number>, b: Record<string, number>): Record<string, number> => {
  const sum = { ...a };
  for (const [name, value] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + value;
  return sum;
};

/**
 * The same writes with all plain additions to one item in one: DynamoDB takes one write of an item in a transaction,
 * and parts that know nothing of each other count at the same counter. Order is kept, by the first of each.
 */
export const mergeAdditions = (writes: readonly Write[]): Write[] => {
  const at = new Map<string, number>();
  const merged: Write[] = [];
  for (const write of writes) {
    const addition = additionOf(write);
    const name = addition && nameOf(addition.update);
    const earlier = name === undefined ? undefined : at.get(name);
    const before = earlier === undefined ? undefined : additionOf(merged[earlier] as Write);
    if (addition && before && earlier !== undefined) {
      merged[earlier] = { update: before.update, add: summed(before.add, addition.add) };
      continue;
    }
    if (name !== undefined) at.set(name, merged.length);
    merged.push(write);
  }
  return merged;
};
