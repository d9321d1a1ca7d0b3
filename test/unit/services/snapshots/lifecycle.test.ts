import { CreateSnapshotCommand, DescribeSnapshotsCommand } from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import type { ListRequest } from '../../../../lib/platform/http/list.ts';
import type { SnapshotFilters } from '../../../../lib/services/snapshots/schema.ts';
import type { SnapshotRecord } from '../../../../lib/services/snapshots/service.ts';
import { CreateVolume } from '../../../../lib/services/volumes/schema.ts';
import type { VolumeRecord } from '../../../../lib/services/volumes/service.ts';
import { type StandInCloud, startStandIn } from '../../../conformance/compute/stand-in-cloud.ts';
import { eventually } from '../../../support/eventually.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { newCaller } from '../instances/harness.ts';
import {
  Death,
  openStorage,
  type Storage,
  settleWith,
  startWorker,
  type Worker,
} from '../volumes/harness.ts';

let database: TestTables;
let cloud: StandInCloud;
let storage: Storage;
let worker: Worker;
let settle: ReturnType<typeof settleWith>;

beforeAll(async () => {
  [database, cloud] = await Promise.all([
    startTables(),
    startStandIn('roomy', { volumeMilliseconds: 5, snapshotMilliseconds: 5 }),
  ]);
  storage = openStorage(database.tables);
  worker = startWorker(database.tables, cloud, storage.clock);
  settle = settleWith(storage, worker);
});
afterEach(() => cloud.controls.faults.clear());
afterAll(() => Promise.all([database?.stop(), cloud?.stop()]));

const there = <T>(record: T | 'gone'): T => {
  if (record === 'gone') throw new Error('it is gone');
  return record;
};

const createVolume = (caller: Caller, name = 'data', size_gb = 5) =>
  storage.volumes.create(caller, CreateVolume.parse({ name, size_gb }));

const madeVolume = async (caller: Caller): Promise<VolumeRecord> =>
  there(await settle(caller, 'VOLUME', (await createVolume(caller)).id));

const made = async (caller: Caller, volume_id: string): Promise<SnapshotRecord> => {
  const { id } = await storage.snapshots.create(caller, { volume_id });
  return there(await settle(caller, 'SNAPSHOT', id));
};

const ebsOf = ({ principal }: Caller, of: 'snapshot' | 'volume' = 'snapshot') =>
  cloud.controls
    .inspectResources()
    .filter(
      ({ kind, tags, state }) =>
        kind === of && state !== 'deleting' && tags['thecloud:tenant'] === principal.tenant,
    );

/** Tries of one call: the first, and the SDK's two repeats. */
const tries = 3;

describe('a snapshot on EBS', () => {
  it('is CREATING at first, then AVAILABLE, and ends without a trace', async () => {
    const caller = newCaller();
    const volume = await madeVolume(caller);
    const first = await storage.snapshots.create(caller, { volume_id: volume.id, description: 'nightly' });
    expect(first).toMatchObject({ status: 'CREATING', volume_name: 'data', size_gb: 5 });
    expect(await settle(caller, 'SNAPSHOT', first.id)).toMatchObject({
      status: 'AVAILABLE',
      progress: '100%',
      event: { action: 'create', phase: 'succeeded' },
    });
    await storage.snapshots.delete(caller, first.id);
    expect(await settle(caller, 'SNAPSHOT', first.id)).toBe('gone');
    expect([ebsOf(caller), (await storage.used(caller)).snapshots]).toEqual([[], 0]);
  });

  it('has the size of what was copied, where the volume grew before EBS began, and can be restored', async () => {
    const caller = newCaller();
    const volume = await madeVolume(caller);
    const { id } = await storage.snapshots.create(caller, { volume_id: volume.id });
    await storage.volumes.update(caller, volume.id, { size_gb: 9 });
    await settle(caller, 'VOLUME', volume.id);
    expect(there(await settle(caller, 'SNAPSHOT', id))).toMatchObject({ status: 'AVAILABLE', size_gb: 9 });
    const copy = await storage.snapshots.restore(caller, id, { new_volume_name: 'copy' });
    expect(there(await settle(caller, 'VOLUME', copy.id))).toMatchObject({ status: 'AVAILABLE', size_gb: 9 });
  });

  it('is found by its volume, in any state or in one, whole or by pages', async () => {
    const caller = newCaller();
    const volume = await madeVolume(caller);
    const other = await createVolume(caller, 'other');
    const done = await made(caller, volume.id);
    const { id: fresh } = await storage.snapshots.create(caller, { volume_id: volume.id });
    await storage.snapshots.create(caller, { volume_id: other.id });
    const whole = { paged: false, pageSize: 1, sortBy: 'createdAt', sortDir: 'desc' } as const;
    const listed = async (filters: SnapshotFilters, request: ListRequest = whole) =>
      (await storage.snapshots.list(caller, request, filters)).items.map(({ id }) => id);
    const volume_id = volume.id;
    expect(await listed({ volume_id })).toEqual([fresh, done.id]);
    expect(await listed({ volume_id }, { ...whole, paged: true, page: 2 })).toEqual([done.id]);
    expect(await listed({ volume_id, state: 'AVAILABLE' })).toEqual([done.id]);
    expect(await listed({})).toHaveLength(3);
  });

  it('waits for a volume that is still being made', async () => {
    const caller = newCaller();
    const volume = await createVolume(caller);
    const { id } = await storage.snapshots.create(caller, { volume_id: volume.id });
    await worker(caller, 'SNAPSHOT', id);
    expect(ebsOf(caller)).toEqual([]);
    expect(await settle(caller, 'SNAPSHOT', id, ['VOLUME', volume.id])).toMatchObject({
      status: 'AVAILABLE',
    });
  });

  it('is restored into a new volume, larger if wanted, and can go afterwards', async () => {
    const caller = newCaller();
    const volume = await madeVolume(caller);
    const snapshot = await made(caller, volume.id);
    const restored = await storage.snapshots.restore(caller, snapshot.id, {
      new_volume_name: 'copy',
      size_gb: 8,
    });
    expect(restored).toMatchObject({ status: 'AVAILABLE', size_gb: 8, snapshot_id: snapshot.id });
    expect(there(await settle(caller, 'VOLUME', restored.id))).toMatchObject({
      creation: { source: snapshot.provider_id },
      event: { action: 'restore', phase: 'succeeded' },
    });
    await storage.snapshots.delete(caller, snapshot.id);
    expect(await settle(caller, 'SNAPSHOT', snapshot.id)).toBe('gone');
  });

  it('is not deleted while a volume is restored from it, which is named', async () => {
    const caller = newCaller();
    const snapshot = await made(caller, (await madeVolume(caller)).id);
    const { id } = await storage.snapshots.restore(caller, snapshot.id, { new_volume_name: 'copy' });
    await expect(storage.snapshots.delete(caller, snapshot.id)).rejects.toMatchObject({
      type: 'CONFLICT',
      message: 'volumes are being restored from the snapshot: copy',
    });
    await storage.volumes.delete(caller, id, false);
    await storage.snapshots.delete(caller, snapshot.id);
    expect(await settle(caller, 'SNAPSHOT', snapshot.id)).toBe('gone');
    expect(await settle(caller, 'VOLUME', id)).toBe('gone');
  });

  it('can go when the volume that was to be made of it has failed', async () => {
    const caller = newCaller();
    const snapshot = await made(caller, (await madeVolume(caller)).id);
    cloud.controls.faults.add({ action: 'CreateVolume', kind: 'before', error: 'VolumeLimitExceeded' });
    const { id } = await storage.snapshots.restore(caller, snapshot.id, { new_volume_name: 'copy' });
    expect(await settle(caller, 'VOLUME', id)).toMatchObject({ status: 'ERROR' });
    await storage.snapshots.delete(caller, snapshot.id);
    expect(await settle(caller, 'SNAPSHOT', snapshot.id)).toBe('gone');
  });

  it('is refused by name, size and state', async () => {
    const caller = newCaller();
    const volume = await madeVolume(caller);
    const { id } = await storage.snapshots.create(caller, { volume_id: volume.id });
    const restore = (input: object) =>
      storage.snapshots.restore(caller, id, { new_volume_name: 'copy', ...input });
    await expect(restore({})).rejects.toMatchObject({ type: 'INVALID_INPUT' });
    await settle(caller, 'SNAPSHOT', id);
    await expect(restore({ size_gb: 4 })).rejects.toMatchObject({
      message: "size_gb: must be at least the snapshot's 5",
    });
    await expect(restore({ new_volume_name: 'data' })).rejects.toMatchObject({ type: 'CONFLICT' });
  });
});

describe('the snapshots of a volume that is deleted', () => {
  it('go with it', async () => {
    const caller = newCaller();
    const volume = await madeVolume(caller);
    const [one, two] = [await made(caller, volume.id), await made(caller, volume.id)];
    await storage.volumes.delete(caller, volume.id, false);
    expect(await settle(caller, 'VOLUME', volume.id)).toBe('gone');
    for (const { id } of [one, two]) expect(await settle(caller, 'SNAPSHOT', id)).toBe('gone');
    expect([ebsOf(caller), ebsOf(caller, 'volume')]).toEqual([[], []]);
    expect(await storage.used(caller)).toMatchObject({ volumes: 0, volume_gib: 0, snapshots: 0 });
  });

  it('stay where that was asked for, also one that EBS had not begun, and can be restored', async () => {
    const caller = newCaller();
    const volume = await madeVolume(caller);
    const { id } = await storage.snapshots.create(caller, { volume_id: volume.id });
    await storage.volumes.delete(caller, volume.id, true);
    await worker(caller, 'VOLUME', volume.id);
    expect(ebsOf(caller, 'volume')).toHaveLength(1);
    const snapshot = there(await settle(caller, 'SNAPSHOT', id));
    expect(snapshot).toMatchObject({ status: 'AVAILABLE' });
    expect(await settle(caller, 'VOLUME', volume.id)).toBe('gone');
    const restored = await storage.snapshots.restore(caller, id, { new_volume_name: 'data' });
    expect(there(await settle(caller, 'VOLUME', restored.id))).toMatchObject({ status: 'AVAILABLE' });
  });

  it('wait for a volume that is being restored from one of them', async () => {
    const caller = newCaller();
    const volume = await madeVolume(caller);
    const snapshot = await made(caller, volume.id);
    const restored = await storage.snapshots.restore(caller, snapshot.id, { new_volume_name: 'copy' });
    await storage.volumes.delete(caller, volume.id, false);
    await worker(caller, 'VOLUME', volume.id);
    expect(await storage.snapshots.get(caller, snapshot.id)).toMatchObject({ status: 'AVAILABLE' });
    await settle(caller, 'VOLUME', restored.id);
    expect(await settle(caller, 'VOLUME', volume.id)).toBe('gone');
    expect(await settle(caller, 'SNAPSHOT', snapshot.id)).toBe('gone');
    expect(ebsOf(caller, 'volume')).toHaveLength(1);
  });

  it('fail where the volume went before EBS could copy it', async () => {
    const caller = newCaller();
    const volume = await madeVolume(caller);
    await storage.volumes.delete(caller, volume.id, false);
    const late = await storage.stores.VOLUME.find(caller.principal.tenant, volume.id, { tombstones: true });
    const volumes = { ...storage.volumes, find: async () => late as VolumeRecord };
    const { Snapshots } = await import('../../../../lib/services/snapshots/service.ts');
    const { newId } = await import('../../../../lib/platform/ids.ts');
    const racing = new Snapshots({
      store: storage.stores.SNAPSHOT,
      volumes: { find: volumes.find, create: storage.volumes.create.bind(storage.volumes) },
      volumeStore: storage.stores.VOLUME,
      clock: storage.clock,
      newId,
    });
    const { id } = await racing.create(caller, { volume_id: volume.id });
    expect(await settle(caller, 'SNAPSHOT', id)).toMatchObject({ status: 'ERROR' });
  });
});

describe('something goes wrong with a snapshot', () => {
  it.each(['throttle', 'before', 'after'] as const)(
    'every call meets a fault (%s): there is one snapshot, and none in the end',
    { timeout: 60_000 },
    async (kind) => {
      const caller = newCaller();
      const volume = await madeVolume(caller);
      for (const action of ['CreateSnapshot', 'DescribeSnapshots', 'DeleteSnapshot'])
        cloud.controls.faults.add({ action, kind, times: action === 'CreateSnapshot' ? 1 : tries });
      const { id } = await storage.snapshots.create(caller, { volume_id: volume.id });
      expect(await settle(caller, 'SNAPSHOT', id)).toMatchObject({ status: 'AVAILABLE' });
      await storage.snapshots.delete(caller, id);
      expect(await settle(caller, 'SNAPSHOT', id)).toBe('gone');
      expect(ebsOf(caller)).toEqual([]);
    },
  );

  it('EBS was asked twice: the younger copy is removed', async () => {
    const caller = newCaller();
    const volume = await madeVolume(caller);
    const { id } = await storage.snapshots.create(caller, { volume_id: volume.id });
    const Tags = [
      { Key: 'thecloud:stage', Value: 'test' },
      { Key: 'thecloud:tenant', Value: caller.principal.tenant },
      { Key: 'thecloud:resource', Value: id },
    ];
    const VolumeId = volume.provider_id;
    const ask = () =>
      cloud.ec2.send(
        new CreateSnapshotCommand({ VolumeId, TagSpecifications: [{ ResourceType: 'snapshot', Tags }] }),
      );
    const first = await ask();
    const answered = Date.now();
    await eventually('the next one is younger', async () => Date.now() > answered);
    await ask();
    expect(await settle(caller, 'SNAPSHOT', id)).toMatchObject({ provider_id: first.SnapshotId });
    const { Snapshots } = await cloud.ec2.send(
      new DescribeSnapshotsCommand({
        OwnerIds: ['self'],
        Filters: [{ Name: 'volume-id', Values: [VolumeId as string] }],
      }),
    );
    expect(Snapshots?.map(({ SnapshotId }) => SnapshotId)).toEqual([first.SnapshotId]);
  });

  it.each(['before', 'after'] as const)(
    'the worker dies %s each of its writes in turn: one snapshot, and none in the end',
    { timeout: 120_000 },
    async (when) => {
      const caller = newCaller();
      const volume = await madeVolume(caller);
      for (let at = 1; ; at++) {
        const death = new Death(at, when);
        const dying = startWorker(database.tables, cloud, storage.clock, death);
        const look = (id: string) => dying(caller, 'SNAPSHOT', id).then(() => settle(caller, 'SNAPSHOT', id));
        const { id } = await storage.snapshots.create(caller, { volume_id: volume.id });
        expect(await look(id)).toMatchObject({ status: 'AVAILABLE' });
        expect(ebsOf(caller)).toHaveLength(1);
        await storage.snapshots.delete(caller, id);
        expect(await look(id)).toBe('gone');
        expect([ebsOf(caller), (await storage.used(caller)).snapshots]).toEqual([[], 0]);
        if (!death.signal.aborted) return expect(at).toBeGreaterThan(3);
      }
    },
  );
});
