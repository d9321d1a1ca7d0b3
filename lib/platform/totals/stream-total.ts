import { decide, type ItemChange } from '../lifecycle/decide.ts';
import { parseResourceKey } from '../table/keys.ts';
import type { Item } from '../table/types.ts';
import { attributeOf, type Delta, type Total } from './total.ts';

/** A total that follows from the changes of one kind of resource. */
export interface StreamTotal extends Total {
  /** In capitals, for example `INSTANCE`; the filter of the totals function is made of all of them. */
  kind: string;
  /** How a change moves the total. Pure, so the sum is the same in whatever order changes are counted. */
  deltasOf(change: ItemChange): readonly Delta[];
}

type Described = Pick<StreamTotal, 'kind' | 'name' | 'help'>;

const isOfKind = (kind: string, { pk, sk }: ItemChange): boolean =>
  parseResourceKey({ pk, sk })?.kind === kind;

/**
 * How many resources of a kind there are, by what `seriesOf` says of each. One that was deleted counts no more,
 * also while its tombstone waits for the cloud.
 */
export const populationOf = (
  described: Described & { labels: readonly string[]; seriesOf(item: Item): readonly string[] },
): StreamTotal => {
  const { seriesOf, ...total } = described;
  const live = (item: Item | undefined): readonly string[] | undefined =>
    item && item.deleted_at === undefined ? seriesOf(item) : undefined;
  return {
    ...total,
    type: 'gauge',
    deltasOf(change) {
      if (!isOfKind(total.kind, change)) return [];
      const [before, after] = [live(change.before), live(change.after)];
      if (before && after && attributeOf(before) === attributeOf(after)) return [];
      return [...(before ? [{ series: before, by: -1 }] : []), ...(after ? [{ series: after, by: 1 }] : [])];
    },
  };
};

/** `populationOf` by status alone, as most kinds are counted. */
export const byStatus = (described: Described): StreamTotal =>
  populationOf({ ...described, labels: ['status'], seriesOf: ({ status }) => [String(status)] });

/** What was asked of a kind's resources: one more with each action that is begun. */
export const requestsOf = (described: Described): StreamTotal => ({
  ...described,
  type: 'counter',
  labels: ['operation'],
  deltasOf(change) {
    if (!isOfKind(described.kind, change)) return [];
    return decide(change, 0)
      .events.filter(({ phase }) => phase === 'requested')
      .map(({ action }) => ({ series: [action], by: 1 }));
  },
});

/**
 * What was asked of a kind's resources and what came of it: one more with each lifecycle event that is part of an
 * action, as `requested`, `succeeded` or `failed`.
 */
export const operationsOf = (described: Described): StreamTotal => ({
  ...described,
  type: 'counter',
  labels: ['operation', 'status'],
  deltasOf(change) {
    if (!isOfKind(described.kind, change)) return [];
    return decide(change, 0)
      .events.filter(({ phase }) => phase !== 'observed')
      .map(({ action, phase }) => ({ series: [action, phase], by: 1 }));
  },
});
