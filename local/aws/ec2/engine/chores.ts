import { releaseInterface } from '../network/release-interface.ts';
import { stepVpc } from '../network/step-vpc.ts';
import { stepSnapshot } from '../snapshots/step-snapshot.ts';
import { accountStore, type Collections } from '../store/account-store.ts';
import { stepVolume } from '../volumes/step-volume.ts';
import { type Chore, chore } from './agenda.ts';
import type { EventSource } from './event-source.ts';
import type { Settings } from './settings.ts';

/** What moves on by itself besides instances. */
export const chores = (collections: Collections, settings: Settings, events: EventSource): Chore[] => [
  chore(collections.volumes, stepVolume({ collections, settings, events })),
  chore(collections.snapshots, stepSnapshot({ collections, events })),
  chore(collections.vpcs, stepVpc(collections)),
  chore(collections.interfaces, (scope, record, now) =>
    releaseInterface(record, accountStore(collections, scope), { due: now, now }),
  ),
];
