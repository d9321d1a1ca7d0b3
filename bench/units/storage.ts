import { composeCompute } from '../../lib/app/compute.ts';
import { composeStorage } from '../../lib/app/storage.ts';
import { systemClock } from '../../lib/platform/clock.ts';
import { newId } from '../../lib/platform/ids.ts';
import { instanceKind } from '../../lib/services/instances/record.ts';
import { LaunchInstance } from '../../lib/services/instances/schema.ts';
import { scheduleKind } from '../../lib/services/snapshot-schedules/record.ts';
import { CreateSnapshotSchedule } from '../../lib/services/snapshot-schedules/schema.ts';
import { snapshotKind } from '../../lib/services/snapshots/record.ts';
import { CreateSnapshot, RestoreSnapshot } from '../../lib/services/snapshots/schema.ts';
import { volumeKind } from '../../lib/services/volumes/record.ts';
import { AttachVolume, CreateVolume } from '../../lib/services/volumes/schema.ts';
import type { TestTables } from '../../test/support/tables.ts';
import { createCounter, firstPage, newCaller, restOf, type UnitFigures } from './figures.ts';

/** Volumes, snapshots and their schedules, of a tenant with 20 volumes and 20 snapshots. */
export const measureStorageUnits = async (test: TestTables): Promise<UnitFigures[]> => {
  const parts = { tables: test.tables, clock: systemClock, newId };
  const { volumes, snapshots, schedules } = composeStorage(parts).services;
  const { instances } = composeCompute(parts).services;
  const { figures, count } = createCounter(test);
  const rest = {
    volume: restOf(test, volumeKind),
    snapshot: restOf(test, snapshotKind),
    schedule: restOf(test, scheduleKind),
    instance: restOf(test, instanceKind),
  };
  const caller = newCaller();
  const makeVolume = (name: string) => volumes.create(caller, CreateVolume.parse({ name, size_gb: 1 }));
  const launch = (name: string, more: object) =>
    instances.launch(caller, LaunchInstance.parse({ name, image: 'ubuntu-24.04', ...more }));
  const { id: host } = await launch('host', {});
  await rest.instance(caller, host, { status: 'RUNNING' });

  // A tenant's first of a kind makes its counter: so the last of 20 is counted.
  for (let index = 0; index < 19; index++) await makeVolume(`volume-${index}`);
  const { id: volume } = await count('POST /volumes', () => makeVolume('data'));
  await rest.volume(caller, volume);
  await count('GET /volumes/:id', () => volumes.get(caller, volume));
  await count('GET /volumes/:id by name', () => volumes.get(caller, 'data'));
  await count('GET /volumes?page=1 (20)', () => volumes.list(caller, firstPage, {}));
  await count('POST /volumes/:id/attach', () =>
    volumes.attach(caller, volume, AttachVolume.parse({ instance_id: host, mount_path: '/data' })),
  );
  await rest.volume(caller, volume);
  await count('PATCH /volumes/:id (larger)', () => volumes.update(caller, volume, { size_gb: 2 }));
  await rest.volume(caller, volume);
  await count('POST /volumes/:id/detach', () => volumes.detach(caller, volume));
  await rest.volume(caller, volume);
  await count('GET /volumes/:id/actions', () => volumes.history(caller, volume, firstPage));
  const attachment = { volume_id: volume, mount_path: '/data' };
  const { id: instance } = await count('POST /instances with a volume', () =>
    launch('with-volume', { volumes: [attachment] }),
  );
  await rest.instance(caller, instance, { status: 'RUNNING' });
  await count('DELETE /instances/:id with a volume', () => instances.delete(caller, instance));

  const snap = () => snapshots.create(caller, CreateSnapshot.parse({ volume_id: volume }));
  for (let index = 0; index < 19; index++) await snap();
  const { id: snapshot } = await count('POST /snapshots', snap);
  await rest.snapshot(caller, snapshot, { status: 'AVAILABLE' });
  await count('GET /snapshots/:id', () => snapshots.get(caller, snapshot));
  await count('GET /snapshots?page=1 (20)', () => snapshots.list(caller, firstPage, {}));
  const { id: restored } = await count('POST /snapshots/:id/restore', () =>
    snapshots.restore(caller, snapshot, RestoreSnapshot.parse({ new_volume_name: 'restored' })),
  );
  await rest.volume(caller, restored);
  await count('DELETE /volumes/:id', () => volumes.delete(caller, restored, false));
  await count('DELETE /snapshots/:id (among 20 volumes)', () => snapshots.delete(caller, snapshot));

  const plan = (name: string) =>
    schedules.create(caller, CreateSnapshotSchedule.parse({ name, volume_id: volume, interval_hours: 24 }));
  await plan('first');
  const { id: schedule } = await count('POST /snapshot-schedules', () => plan('nightly'));
  await rest.schedule(caller, schedule);
  await count('GET /snapshot-schedules/:id', () => schedules.get(caller, schedule));
  await count('GET /snapshot-schedules?page=1 (2)', () => schedules.list(caller, firstPage));
  await count('PATCH /snapshot-schedules/:id', () => schedules.update(caller, schedule, { retain: 3 }));
  await rest.schedule(caller, schedule);
  await count('DELETE /snapshot-schedules/:id', () => schedules.delete(caller, schedule));
  return figures;
};
