import { type Clock, systemClock } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import type { Log } from '../platform/lifecycle/log.ts';
import type { Tables } from '../platform/table/types.ts';
import { createClear, createClearer, createHeads, createRoom } from '../services/objects/service.ts';
import { blobStore } from './blob-store.ts';

/** Clears away what is due of the objects. It only gives back what quotas hold, so it knows no limits. */
export const clearObjects = (
  tables: Tables,
  log: Pick<Log, 'info' | 'error'>,
  clock: Clock = systemClock,
) => {
  const store = blobStore();
  const parts = { tables, clock, newId, room: createRoom({}), blobs: async () => store };
  return createClearer({ tables, clock, log, clear: createClear(parts, createHeads(parts)) });
};
