import { snapshotNotification } from '../engine/ebs-events.ts';
import type { EventSource } from '../engine/event-source.ts';
import type { Collections } from '../store/account-store.ts';
import type { Scope } from '../store/collection.ts';
import type { SnapshotRecord } from '../store/records.ts';

interface Parts {
  collections: Collections;
  events: EventSource;
}

/** A snapshot is completed. */
export const stepSnapshot =
  ({ collections, events }: Parts) =>
  (scope: Scope, pending: SnapshotRecord, now: number): void => {
    const snapshot = { ...pending, pendingUntil: undefined, completedAt: now };
    collections.snapshots.put(scope, snapshot);
    events.note(snapshotNotification(scope, snapshot));
  };
