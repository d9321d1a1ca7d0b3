import { parseResourceKey } from '../../platform/table/keys.ts';
import type { Item } from '../../platform/table/types.ts';
import { byStatus, requestsOf, type StreamTotal } from '../../platform/totals/stream-total.ts';

const bytesPerGib = 2 ** 30;

const bytesOf = (item: Item | undefined): number =>
  item && item.deleted_at === undefined ? Number(item.size_gb) * bytesPerGib : 0;

/** What `/metrics` says of volumes (contract 2.22). */
export const volumeTotals: readonly StreamTotal[] = [
  byStatus({
    kind: 'VOLUME',
    name: 'volumes_total',
    help: 'Volumes of all tenants that were not deleted, by status.',
  }),
  {
    kind: 'VOLUME',
    name: 'volume_size_bytes',
    type: 'gauge',
    help: 'Size of all volumes that were not deleted, as it is wanted.',
    labels: [],
    deltasOf({ before, after, ...key }) {
      if (parseResourceKey(key)?.kind !== 'VOLUME') return [];
      const by = bytesOf(after) - bytesOf(before);
      return by === 0 ? [] : [{ series: [], by }];
    },
  },
  requestsOf({
    kind: 'VOLUME',
    name: 'storage_operations_total',
    help: 'What was asked of volumes: create, restore, attach, detach, grow, modify, delete.',
  }),
];
