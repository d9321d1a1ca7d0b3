import { describe, expect, it } from 'vitest';
import type { ResourceStore } from '../../../../lib/platform/store/types.ts';
import type { InstanceRecord } from '../../../../lib/services/instances/service.ts';
import type { BlockAttachment, BlockStorage, BlockVolume } from '../../../../lib/services/volumes/backend.ts';
import { createVolumeController, type ObservedVolume } from '../../../../lib/services/volumes/controller.ts';
import type { VolumeRecord } from '../../../../lib/services/volumes/service.ts';

const at = '2026-11-25T12:00:00.000Z';
const now = Date.parse(at);
const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

const volume = (change: Partial<VolumeRecord> = {}): VolumeRecord => ({
  id: 'v1',
  tenant: 't1',
  user_id: 't1',
  name: 'data',
  status: 'AVAILABLE',
  size_gb: 10,
  type: 'gp3',
  iops: 3_000,
  throughput: 125,
  zone: 'us-east-1a',
  version: 3,
  generation: 2,
  observed_generation: 1,
  attempt: 1,
  failures: 0,
  created_at: minutesAgo(60),
  updated_at: at,
  provider_id: 'vol-1',
  creation: { size_gb: 10, type: 'gp3', iops: 3_000, throughput: 125 },
  ...change,
});

const block = (change: Partial<BlockVolume> = {}): BlockVolume => ({
  id: 'vol-1',
  state: 'available',
  size_gb: 10,
  type: 'gp3',
  iops: 3_000,
  throughput: 125,
  attachments: [],
  ...change,
});

const held = (change: Partial<BlockAttachment> = {}): Partial<BlockVolume> => ({
  state: 'in-use',
  attachments: [{ machineId: 'i-1', device: '/dev/sdf', state: 'attached', ...change }],
});

const host = (change: Partial<InstanceRecord> = {}) =>
  ({
    id: 'h1',
    tenant: 't1',
    status: 'RUNNING',
    zone: 'us-east-1a',
    container_id: 'i-1',
    volumes: [{ volume_id: 'v1', device: '/dev/sdf' }],
    ...change,
  }) as InstanceRecord;

const used: Partial<VolumeRecord> = { status: 'IN-USE', instance_id: 'h1', device: '/dev/sdf' };

const plan = (): ReturnType<ResourceStore<InstanceRecord>['plan']> =>
  ({ write: { check: { pk: 'h1', sk: 'h1' } } }) as never;
const controller = createVolumeController({
  storage: {} as BlockStorage,
  instances: { plan, find: async () => undefined },
  surroundings: { sourceOf: async () => undefined, takeAlong: async () => undefined },
});

/** Told by its name and what it sets. */
const told = (wanted: VolumeRecord, observed: ObservedVolume | undefined): string => {
  const step = controller.reconcile(wanted, observed, now);
  switch (step.do) {
    case 'call':
    case 'create':
      return step.name;
    case 'wait':
      return `wait: ${step.reason}`;
    case 'fail':
      return `fail: ${step.reason}`;
    case 'write':
      return `write ${Object.keys(step.set).sort()}${step.extra?.length ? ` and ${step.extra.length} more` : ''}`;
    case 'converged':
      return `converged ${step.set?.status ?? ''}${step.outcome ? ` ${step.outcome.phase}` : ''}${step.lookAgainMilliseconds ? ', to be looked at again' : ''}`;
    case 'forget':
      return `forget ${JSON.stringify(step.usage)}`;
  }
};

describe('a volume', () => {
  it.each<[string, Partial<VolumeRecord>, ObservedVolume | undefined, string]>([
    [
      'is not asked for yet',
      { provider_id: undefined, creation: undefined },
      undefined,
      'write asked_at,creation',
    ],
    [
      'is to be made of a snapshot',
      { provider_id: undefined, creation: undefined, snapshot_id: 's1' },
      undefined,
      'FindSnapshot',
    ],
    ['has its parameters', { provider_id: undefined }, undefined, 'CreateVolume'],
    ['was refused', { provider_id: undefined, refused: 'no room' }, undefined, 'fail: no room'],
    ['is not visible yet', { asked_at: at }, {}, 'wait: the volume is not visible yet'],
    ['is gone', {}, {}, 'fail: the volume is gone; it was deleted outside of the platform'],
    [
      'is being made',
      { asked_at: at },
      { volume: block({ state: 'creating' }) },
      'wait: the volume is being made',
    ],
    ['has failed', {}, { volume: block({ state: 'error' }) }, 'fail: EBS says that the volume has failed'],
    ['is as wanted', {}, { volume: block() }, 'converged AVAILABLE'],
    ['is larger than wanted', {}, { volume: block({ size_gb: 12 }) }, 'converged AVAILABLE'],
    ['is too small', { size_gb: 20 }, { volume: block() }, 'ModifyVolume'],
    ['is of another type', { type: 'io2' }, { volume: block() }, 'ModifyVolume'],
    ['did not do the last thing', { refused: 'no' }, { volume: block() }, 'converged AVAILABLE observed'],
  ])('that %s', (_, change, observed, step) => expect(told(volume(change), observed)).toBe(step));
});

describe('what EBS refused of a volume', () => {
  const refusals = { attach: 'the instance is gone', change: 'too large' };
  it.each<[string, Partial<VolumeRecord>, ObservedVolume, string | undefined, VolumeRecord['refusals']]>([
    [
      'is read at a look that finds nothing new',
      { refusals },
      {},
      'the instance is gone; too large',
      refusals,
    ],
    ['is read alone', { refusals: { attach: 'no' } }, {}, 'no', { attach: 'no' }],
    [
      'is past once it is attached again',
      { ...used, refusals },
      { volume: block(held()), instance: host() },
      'too large',
      { change: 'too large' },
    ],
    [
      'is past once all of it came about',
      { ...used, refusals: { attach: 'no' } },
      { volume: block(held()), instance: host() },
      undefined,
      undefined,
    ],
  ])('%s', (_, change, observed, status_reason, left) => {
    const step = controller.reconcile(volume(change), { volume: block(), ...observed }, now);
    if (step.do !== 'converged') throw new Error(step.do);
    expect([step.set?.status_reason, step.set?.refusals]).toEqual([status_reason, left]);
    expect(step.remove?.includes('status_reason')).toBe(status_reason === undefined);
    expect(step.remove?.includes('refusals')).toBe(left === undefined);
  });
});

describe('a volume that an instance shall have', () => {
  it.each<[string, ObservedVolume, string]>([
    ['whose machine runs', { volume: block(), instance: host() }, 'AttachVolume'],
    ['whose machine is stopped', { volume: block(), instance: host({ status: 'STOPPED' }) }, 'AttachVolume'],
    [
      'whose machine is not there yet',
      { volume: block(), instance: host({ status: 'STARTING', container_id: undefined }) },
      'wait: waiting for the machine of the instance, which is STARTING',
    ],
    ['that has it', { volume: block(held()), instance: host() }, 'converged IN-USE, to be looked at again'],
    [
      'that is getting it',
      { volume: block(held({ state: 'attaching' })), instance: host() },
      'wait: the volume is attaching',
    ],
    ['while another has it', { volume: block(held({ machineId: 'i-2' })), instance: host() }, 'DetachVolume'],
    [
      'while another lets it go',
      { volume: block(held({ machineId: 'i-2', state: 'detaching' })), instance: host() },
      'wait: the volume is being detached',
    ],
    ['that is gone', { volume: block() }, 'write refusals,refused,status'],
    [
      'that is in ERROR',
      { volume: block(), instance: host({ status: 'ERROR' }) },
      'write refusals,refused,status and 1 more',
    ],
    [
      'that is in ERROR, with a machine that has it',
      { volume: block(held()), instance: host({ status: 'ERROR' }) },
      'converged IN-USE, to be looked at again',
    ],
    [
      'that came up in another zone',
      { volume: block(), instance: host({ zone: 'us-east-1b' }) },
      'write refusals,refused,status and 1 more',
    ],
  ])('%s', (_, observed, step) => expect(told(volume(used), observed)).toBe(step));

  it.each<[string, number, number]>([
    ['in ERROR for a moment', 0.1, 5_000],
    ['in ERROR for long', 10, 300_000],
  ])('is looked at again soon while EBS may lag behind an instance %s', (_, minutes, milliseconds) => {
    const instance = host({ status: 'ERROR', updated_at: minutesAgo(minutes) });
    expect(controller.reconcile(volume(used), { volume: block(held()), instance }, now)).toMatchObject({
      do: 'converged',
      lookAgainMilliseconds: milliseconds,
    });
  });

  it('and shall no longer', () => expect(told(volume(), { volume: block(held()) })).toBe('DetachVolume'));
  it('and that the machine has mounted', () =>
    expect(told(volume(), { volume: block(held({ state: 'busy' })) })).toBe(
      'wait: the machine has it mounted: unmount it, and it will be detached',
    ));
});

describe('a volume that is deleted', () => {
  const deleted: Partial<VolumeRecord> = { deleted_at: at, status: 'DELETING', taken_along: true };
  it.each<[string, Partial<VolumeRecord>, BlockVolume | undefined, string]>([
    ['takes along what goes with it, first', { taken_along: undefined }, block(), 'TakeAlong'],
    ['is detached', {}, block(held()), 'DetachVolume'],
    ['is removed', {}, block(), 'DeleteVolume'],
    ['is waited for', { asked_at: at }, block({ state: 'deleting' }), 'wait: the volume is deleting'],
    ['is forgotten', { delete_asked: true, asked_at: at }, undefined, 'forget {"volumes":1,"volume_gib":10}'],
    [
      'and may yet show, is waited for',
      { provider_id: undefined, asked_at: at },
      undefined,
      'wait: making sure that no volume is left',
    ],
    [
      'and was never asked for, is forgotten at once',
      { provider_id: undefined, creation: undefined, asked_at: at },
      undefined,
      'forget {"volumes":1,"volume_gib":10}',
    ],
  ])('%s', (_, change, there, step) =>
    expect(told(volume({ ...deleted, ...change }), { volume: there })).toBe(step),
  );
});
