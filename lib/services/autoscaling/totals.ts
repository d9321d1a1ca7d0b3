import { decide, type ItemChange } from '../../platform/lifecycle/decide.ts';
import { parseResourceKey } from '../../platform/table/keys.ts';
import type { Item } from '../../platform/table/types.ts';
import type { StreamTotal } from '../../platform/totals/stream-total.ts';
import type { Total } from '../../platform/totals/total.ts';

const kind = 'SCALING_GROUP';

const isGroup = ({ pk, sk }: ItemChange): boolean => parseResourceKey({ pk, sk })?.kind === kind;

/** Counted where it is done, as most evaluations change no record. */
export const evaluations: Total = {
  name: 'autoscaling_evaluations_total',
  type: 'counter',
  help: 'Evaluations of scaling groups with policies.',
  labels: [],
};

const changesOfSize = (action: 'scale_out' | 'scale_in', help: string): StreamTotal => ({
  kind,
  name: `autoscaling_${action}_total`,
  type: 'counter',
  help,
  labels: [],
  deltasOf: (change) =>
    isGroup(change)
      ? decide(change, 0)
          .events.filter((event) => event.action === action && event.phase === 'requested')
          .map(() => ({ series: [], by: 1 }))
      : [],
});

const instancesIn = (item: Item | undefined): number =>
  Object.values((item?.members ?? {}) as Record<string, { leaving?: unknown }>).filter(
    ({ leaving }) => !leaving,
  ).length;

/** What `/metrics` says of scaling groups (contract 2.22), of all of them together: the page is public. */
export const scalingGroupTotals: readonly StreamTotal[] = [
  changesOfSize('scale_out', 'Decisions by policies and scheduled actions that a group grows.'),
  changesOfSize('scale_in', 'Decisions by policies and scheduled actions that a group shrinks.'),
  {
    kind,
    name: 'autoscaling_current_instances',
    type: 'gauge',
    help: 'Instances of all scaling groups, those that are leaving left out.',
    labels: [],
    deltasOf(change) {
      const by = isGroup(change) ? instancesIn(change.after) - instancesIn(change.before) : 0;
      return by === 0 ? [] : [{ series: [], by }];
    },
  },
];
