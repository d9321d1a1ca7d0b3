import type { Clock } from '../../platform/clock.ts';
import type { NewId } from '../../platform/ids.ts';
import type { Tables } from '../../platform/table/types.ts';
import type { BlobStore } from './backend.ts';
import type { Room } from './room.ts';

/** What everything that changes objects is made with. */
export interface ObjectsParts {
  tables: Tables;
  clock: Clock;
  newId: NewId;
  room: Room;
  /** Loaded with the first request that needs it: lists and deletes never do. */
  blobs: () => Promise<BlobStore>;
}

/** RFC 3339, some milliseconds from now. */
export const fromNow = ({ clock }: Pick<ObjectsParts, 'clock'>, milliseconds = 0): string =>
  new Date(clock.now() + milliseconds).toISOString();
