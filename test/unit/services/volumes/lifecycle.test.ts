import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import type { InstanceRecord } from '../../../../lib/services/instances/service.ts';
import { CreateVolume } from '../../../../lib/services/volumes/schema.ts';
import type { VolumeRecord } from '../../../../lib/services/volumes/service.ts';
import { type StandInCloud, startStandIn } from '../../../conformance/compute/stand-in-cloud.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { launchInput, newCaller } from '../instances/harness.ts';
import {
  Death,
  type Kind,
  openStorage,
  type Storage,
  settleWith,
  startWorker,
  type Worker,
} from './harness.ts';

let database: TestTables;
let cloud: StandInCloud;
let storage: Storage;
let worker: Worker;
let settle: ReturnType<typeof settleWith>;

beforeAll(async () => {
  const delays = { volumeMilliseconds: 5, attachmentMilliseconds: 5, modificationMilliseconds: 5 };
  const boots = { bootMilliseconds: 20, stopMilliseconds: 10, terminateMilliseconds: 10 };
  [database, cloud] = await Promise.all([
    startTables(),
    startStandIn('roomy', { ...delays, ...boots, snapshotMilliseconds: 5 }),
  ]);
  storage = openStorage(database.tables);
  worker = startWorker(database.tables, cloud, storage.clock);
  settle = settleWith(storage, worker);
});
afterEach(() => cloud.controls.faults.clear());
afterAll(() => Promise.all([database?.stop(), cloud?.stop()]));

const create = (caller: Caller, change: Record<string, unknown> = {}) =>
  storage.volumes.create(caller, CreateVolume.parse({ name: 'data', size_gb: 5, ...change }));

const made = async (caller: Caller, change: Record<string, unknown> = {}): Promise<VolumeRecord> => {
  const { id } = await create(caller, change);
  return there(await settle(caller, 'VOLUME', id));
};

const there = <T>(record: T | 'gone'): T => {
  if (record === 'gone') throw new Error('it is gone');
  return record;
};

const launch = (caller: Caller, volumes: readonly Record<string, unknown>[] = [], name = 'web') =>
  storage.instances.launch(caller, launchInput({ name, volumes }));

const running = async (
  caller: Caller,
  volumes: readonly Record<string, unknown>[] = [],
  name = 'web',
): Promise<InstanceRecord> => {
  const instance = await launch(caller, volumes, name);
  const along = (instance.volumes ?? []).map(({ volume_id }) => ['VOLUME', volume_id] as const);
  return there(await settle(caller, 'INSTANCE', instance.id, ...along));
};

const recordOf = (caller: Caller, kind: Kind, id: string) =>
  storage.stores[kind].find(caller.principal.tenant, id, { tombstones: true });

/** The EBS volumes that were made for a tenant's volumes, not the root volumes of its machines. */
const ebsOf = ({ principal }: Caller) =>
  cloud.controls
    .inspectResources()
    .filter(
      ({ kind, tags, state }) =>
        kind === 'volume' &&
        state !== 'deleting' &&
        tags['thecloud:tenant'] === principal.tenant &&
        tags['thecloud:resource'],
    );

const mount = (volume_id: string, more: Record<string, unknown> = {}) => ({
  volume_id,
  mount_path: '/data',
  ...more,
});

/** Tries of one call: the first, and the SDK's two repeats. */
const tries = 3;

describe('a volume on EBS', () => {
  it('is made, encrypted and tagged, and ends without a trace', async () => {
    const caller = newCaller();
    const volume = await made(caller, { size_gb: 7 });
    expect(volume).toMatchObject({
      status: 'AVAILABLE',
      provider_id: expect.stringMatching(/^vol-/),
      event: { action: 'create', phase: 'succeeded' },
    });
    expect(await storage.used(caller)).toMatchObject({ volumes: 1, volume_gib: 7 });
    expect(ebsOf(caller)).toMatchObject([
      { id: volume.provider_id, tags: { 'thecloud:stage': 'test', 'thecloud:resource': volume.id } },
    ]);
    await storage.volumes.delete(caller, volume.id, false);
    expect(await settle(caller, 'VOLUME', volume.id)).toBe('gone');
    expect(ebsOf(caller)).toEqual([]);
    expect(await storage.used(caller)).toMatchObject({ volumes: 0, volume_gib: 0 });
  });

  it('is attached at launch, and free again when its instance ends', async () => {
    const caller = newCaller();
    const volume = await made(caller);
    const instance = await running(caller, [mount('data')]);
    expect(instance).toMatchObject({ status: 'RUNNING', zone: volume.zone });
    expect(there(await settle(caller, 'VOLUME', volume.id))).toMatchObject({
      status: 'IN-USE',
      instance_id: instance.id,
      mount_path: '/data',
      device: '/dev/sdf',
      event: { action: 'attach', phase: 'succeeded' },
    });
    expect(ebsOf(caller)).toMatchObject([{ state: 'in-use' }]);
    await storage.instances.delete(caller, instance.id);
    expect(await storage.volumes.get(caller, 'data')).toMatchObject({ status: 'AVAILABLE' });
    expect(await storage.volumes.get(caller, 'data')).not.toHaveProperty('instance_id');
    await settle(caller, 'INSTANCE', instance.id);
    expect(there(await settle(caller, 'VOLUME', volume.id))).toMatchObject({ status: 'AVAILABLE' });
    expect(ebsOf(caller)).toMatchObject([{ state: 'available' }]);
  });

  it('goes with its instance where it was attached so, and its snapshots stay', async () => {
    const caller = newCaller();
    const volume = await made(caller);
    const second = await made(caller, { name: 'second' });
    const snapshot = await storage.snapshots.create(caller, { volume_id: volume.id });
    await settle(caller, 'SNAPSHOT', snapshot.id);
    const goes = { delete_on_termination: true };
    const instance = await running(caller, [
      mount('data', goes),
      mount('second', { mount_path: '/more', ...goes }),
    ]);
    await settle(caller, 'VOLUME', volume.id);
    await settle(caller, 'VOLUME', second.id);
    await storage.instances.delete(caller, instance.id);
    await settle(caller, 'INSTANCE', instance.id);
    expect(await settle(caller, 'VOLUME', volume.id)).toBe('gone');
    expect(await settle(caller, 'VOLUME', second.id)).toBe('gone');
    expect(ebsOf(caller)).toEqual([]);
    expect(await storage.used(caller)).toMatchObject({ volumes: 0, volume_gib: 0, snapshots: 1 });
    expect(await storage.snapshots.get(caller, snapshot.id)).toMatchObject({ status: 'AVAILABLE' });
  });

  it('is attached to a running machine and to a stopped one, and detached', async () => {
    const caller = newCaller();
    const volume = await made(caller);
    const instance = await running(caller);
    for (const stopped of [false, true]) {
      if (stopped) {
        await storage.instances.stop(caller, instance.id);
        await settle(caller, 'INSTANCE', instance.id);
      }
      await storage.volumes.attach(caller, 'data', { instance_id: 'web', delete_on_termination: false });
      expect((await storage.instances.get(caller, 'web')).volumes).toMatchObject([
        { volume_id: volume.id, device: '/dev/sdf' },
      ]);
      expect(there(await settle(caller, 'VOLUME', volume.id))).toMatchObject({ status: 'IN-USE' });
      expect(ebsOf(caller)).toMatchObject([{ state: 'in-use' }]);
      await storage.volumes.detach(caller, 'data');
      expect(await storage.instances.get(caller, 'web')).not.toHaveProperty('volumes');
      expect(there(await settle(caller, 'VOLUME', volume.id))).toMatchObject({ status: 'AVAILABLE' });
      expect(ebsOf(caller)).toMatchObject([{ state: 'available' }]);
    }
  });

  it('moves from one machine to another, and is never at both', async () => {
    const caller = newCaller();
    const volume = await made(caller);
    await running(caller, [], 'one');
    const two = await running(caller, [], 'two');
    await storage.volumes.attach(caller, 'data', { instance_id: 'one', delete_on_termination: false });
    await settle(caller, 'VOLUME', volume.id);
    await storage.volumes.detach(caller, 'data');
    await storage.volumes.attach(caller, 'data', { instance_id: 'two', delete_on_termination: false });
    expect(there(await settle(caller, 'VOLUME', volume.id))).toMatchObject({ instance_id: two.id });
    expect(ebsOf(caller)).toMatchObject([{ state: 'in-use' }]);
  });

  it('grows and becomes faster, attached or not', async () => {
    const caller = newCaller();
    const volume = await made(caller);
    await storage.volumes.update(caller, 'data', { size_gb: 20, iops: 4_000 });
    expect(await storage.used(caller)).toMatchObject({ volumes: 1, volume_gib: 20 });
    expect(there(await settle(caller, 'VOLUME', volume.id))).toMatchObject({
      size_gb: 20,
      iops: 4_000,
      event: { action: 'grow', phase: 'succeeded' },
    });
  });

  it('becomes AVAILABLE by itself when its machine is terminated behind our back', async () => {
    const caller = newCaller();
    const volume = await made(caller);
    const instance = await running(caller, [mount('data')]);
    await settle(caller, 'VOLUME', volume.id);
    cloud.controls.kill(instance.container_id as string);
    await worker(caller, 'INSTANCE', instance.id);
    const failed = await settle(caller, 'INSTANCE', instance.id);
    expect(failed).toMatchObject({ status: 'ERROR' });
    expect(there(await settle(caller, 'VOLUME', volume.id))).toMatchObject({
      status: 'AVAILABLE',
      status_reason: 'the instance is in ERROR',
    });
    expect(await storage.volumes.get(caller, 'data')).not.toHaveProperty('instance_id');
    expect(await storage.instances.get(caller, 'web')).not.toHaveProperty('volumes');
  });

  it('is AVAILABLE again when the launch that it was for fails', async () => {
    const caller = newCaller();
    const volume = await made(caller);
    cloud.controls.faults.add({ action: 'RunInstances', kind: 'before', error: 'VcpuLimitExceeded' });
    const { id } = await launch(caller, [mount('data')]);
    expect(await settle(caller, 'INSTANCE', id)).toMatchObject({ status: 'ERROR' });
    expect(there(await settle(caller, 'VOLUME', volume.id))).toMatchObject({
      status: 'AVAILABLE',
      event: { action: 'attach', phase: 'failed' },
    });
    cloud.controls.faults.clear();
    await storage.volumes.update(caller, 'data', { size_gb: 20 });
    const grown = there(await settle(caller, 'VOLUME', volume.id));
    expect(grown).toMatchObject({ size_gb: 20, status_reason: 'the instance is in ERROR' });
    const instance = await running(caller, [mount('data')]);
    expect(there(await settle(caller, 'VOLUME', volume.id))).toMatchObject({ instance_id: instance.id });
    expect(there(await settle(caller, 'VOLUME', volume.id))).not.toHaveProperty('status_reason');
  });

  it('that was deleted behind our back is in ERROR, and can be deleted', async () => {
    const caller = newCaller();
    const volume = await made(caller);
    const { DeleteVolumeCommand } = await import('@aws-sdk/client-ec2');
    await cloud.ec2.send(new DeleteVolumeCommand({ VolumeId: volume.provider_id }));
    storage.clock.ahead += 120_000;
    await worker(caller, 'VOLUME', volume.id);
    expect(await settle(caller, 'VOLUME', volume.id)).toMatchObject({ status: 'ERROR' });
    await storage.volumes.delete(caller, 'data', false);
    expect(await settle(caller, 'VOLUME', volume.id)).toBe('gone');
  });
});

describe('something goes wrong with a volume', () => {
  it('the account’s limit is reached: it fails at once and names the limit', async () => {
    const caller = newCaller();
    cloud.controls.faults.add({ action: 'CreateVolume', kind: 'before', error: 'VolumeLimitExceeded' });
    const { id } = await create(caller);
    expect(await settle(caller, 'VOLUME', id)).toMatchObject({
      status: 'ERROR',
      status_reason: expect.stringContaining('VolumeLimitExceeded'),
      event: { action: 'create', phase: 'failed' },
    });
    await storage.volumes.delete(caller, id, false);
    expect(await settle(caller, 'VOLUME', id)).toBe('gone');
  });

  it('EBS refuses to let it grow: it stays as it was, and what was counted is given back', async () => {
    const caller = newCaller();
    const volume = await made(caller);
    await storage.volumes.update(caller, 'data', { size_gb: 20 });
    cloud.controls.faults.add({ action: 'ModifyVolume', kind: 'before', error: 'VolumeLimitExceeded' });
    expect(there(await settle(caller, 'VOLUME', volume.id))).toMatchObject({
      status: 'AVAILABLE',
      size_gb: 5,
      status_reason: expect.stringContaining('VolumeLimitExceeded'),
      event: { action: 'grow', phase: 'failed' },
    });
    expect(await storage.used(caller)).toMatchObject({ volumes: 1, volume_gib: 5 });
  });

  it('EBS lets it rest: it says so, and grows when that is over', async () => {
    const caller = newCaller();
    const volume = await made(caller);
    await storage.volumes.update(caller, 'data', { size_gb: 20 });
    cloud.controls.faults.add({
      action: 'ModifyVolume',
      kind: 'before',
      error: { code: 'VolumeModificationRateExceeded', statusCode: 400 },
    });
    await worker(caller, 'VOLUME', volume.id);
    expect(await recordOf(caller, 'VOLUME', volume.id)).toMatchObject({
      status_reason: expect.stringContaining('six hours'),
    });
    cloud.controls.faults.clear();
    const grown = there(await settle(caller, 'VOLUME', volume.id));
    expect(grown).toMatchObject({ size_gb: 20, event: { action: 'grow', phase: 'succeeded' } });
    expect(grown).not.toHaveProperty('status_reason');
  });

  it('the user deletes it while it is being made: no EBS volume is left', async () => {
    const caller = newCaller();
    cloud.controls.faults.add({ action: 'CreateVolume', kind: 'after', times: tries });
    const { id } = await create(caller);
    await worker(caller, 'VOLUME', id);
    expect(ebsOf(caller)).toHaveLength(1);
    await storage.volumes.delete(caller, id, false);
    expect(await settle(caller, 'VOLUME', id)).toBe('gone');
    expect(ebsOf(caller)).toEqual([]);
    expect(await storage.used(caller)).toMatchObject({ volumes: 0, volume_gib: 0 });
  });

  it('that is deleted before EBS was asked is forgotten at once', async () => {
    const caller = newCaller();
    const { id } = await create(caller);
    await storage.volumes.delete(caller, id, false);
    await worker(caller, 'VOLUME', id);
    expect(await recordOf(caller, 'VOLUME', id)).toBeUndefined();
  });

  it.each(['throttle', 'before', 'after'] as const)(
    'every call meets a fault (%s): all comes about, once',
    { timeout: 60_000 },
    async (kind) => {
      const caller = newCaller();
      const faults = (...actions: string[]) => {
        for (const action of actions) cloud.controls.faults.add({ action, kind, times: tries });
      };
      faults('CreateVolume', 'DescribeVolumes', 'AttachVolume', 'ModifyVolume');
      const { id } = await create(caller);
      const instance = await running(caller, [mount('data')]);
      await storage.volumes.update(caller, 'data', { size_gb: 9 });
      expect(there(await settle(caller, 'VOLUME', id))).toMatchObject({ status: 'IN-USE', size_gb: 9 });
      expect(ebsOf(caller)).toMatchObject([{ state: 'in-use' }]);
      faults('DetachVolume', 'DeleteVolume');
      await storage.volumes.detach(caller, 'data');
      expect(there(await settle(caller, 'VOLUME', id))).toMatchObject({ status: 'AVAILABLE' });
      await storage.volumes.delete(caller, 'data', false);
      expect(await settle(caller, 'VOLUME', id)).toBe('gone');
      expect(ebsOf(caller)).toEqual([]);
      await storage.instances.delete(caller, instance.id);
      await settle(caller, 'INSTANCE', instance.id);
      expect(await storage.used(caller)).toMatchObject({ volumes: 0, volume_gib: 0, instances: 0 });
    },
  );

  it.each(['before', 'after'] as const)(
    'the worker dies %s each of its writes in turn: one volume, at one machine, and none in the end',
    { timeout: 120_000 },
    async (when) => {
      for (let at = 1; ; at++) {
        const death = new Death(at, when);
        const caller = newCaller();
        const instance = await running(caller);
        const { id } = await create(caller);
        const dying = startWorker(database.tables, cloud, storage.clock, death);
        const life = async () => {
          const live = death.signal.aborted ? settle : settleWith(storage, dying);
          const outcome = await Promise.race([
            live(caller, 'VOLUME', id),
            new Promise<'died'>((resolve) =>
              death.signal.addEventListener('abort', () => resolve('died'), { once: true }),
            ),
          ]);
          return outcome === 'died' ? settle(caller, 'VOLUME', id) : outcome;
        };
        await life();
        await storage.volumes.attach(caller, id, { instance_id: instance.id, delete_on_termination: false });
        expect(await life()).toMatchObject({ status: 'IN-USE' });
        expect(ebsOf(caller)).toMatchObject([{ state: 'in-use' }]);
        await storage.volumes.update(caller, id, { size_gb: 8 });
        expect(await life()).toMatchObject({ size_gb: 8 });
        await storage.volumes.detach(caller, id);
        await life();
        await storage.volumes.delete(caller, id, false);
        expect(await life()).toBe('gone');
        expect(ebsOf(caller)).toEqual([]);
        expect(await storage.used(caller)).toMatchObject({ volumes: 0, volume_gib: 0 });
        if (!death.signal.aborted) return expect(at).toBeGreaterThan(10);
      }
    },
  );
});
