import type { Item, Tables } from '../table/types.ts';
import type { Family } from './exposition.ts';
import { totalsPartition } from './keys.ts';
import { requestFamilies } from './request-totals.ts';
import { seriesOf, type Total } from './total.ts';

/** Name of the total that an item is a part of, in whichever slot. */
const nameOf = ({ sk }: Item): string => String(sk).split('#', 1)[0] ?? '';

const familyOf = (total: Total, items: readonly Item[]): Family => {
  const sums = new Map<string, number>();
  for (const item of items.filter((one) => nameOf(one) === total.name))
    for (const [attribute, value] of Object.entries(item))
      if (seriesOf(attribute, total.labels.length))
        sums.set(attribute, (sums.get(attribute) ?? 0) + Number(value));
  const samples = [...sums].map(([attribute, value]) => {
    const values = seriesOf(attribute, total.labels.length) ?? [];
    return {
      labels: Object.fromEntries(total.labels.map((label, index) => [label, values[index] ?? ''])),
      value,
    };
  });
  return { name: total.name, type: total.type, help: total.help, samples };
};

const all = async (items: AsyncIterable<Item>): Promise<Item[]> => {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
};

/**
 * Everything that is kept of the given totals, and of requests. One query in each table, of a few dozen small items: as
 * many as there are totals (in 8 slots) and routes, whatever the number of tenants.
 */
export const readTotals = async (
  tables: Tables,
  totals: readonly Total[],
  signal?: AbortSignal,
): Promise<Family[]> => {
  const [slots, tallies] = await Promise.all([
    all(tables.query({ partition: totalsPartition, signal })),
    all(tables.query({ table: 'ephemeral', partition: totalsPartition, signal })),
  ]);
  const kept = [...slots, ...tallies];
  return [...totals.map((total) => familyOf(total, kept)), ...requestFamilies(tallies)];
};
