import { describe, expect, it } from 'vitest';
import { newId } from '../../../../lib/platform/ids.ts';
import { partitionOf } from '../../../../lib/platform/table/keys.ts';
import type { CloudKind, CloudThing, OwnerKind } from '../../../../lib/services/drift/backend.ts';
import { judgeThing, missingOf } from '../../../../lib/services/drift/compare.ts';
import type { RecordedItem } from '../../../../lib/services/drift/recorded.ts';

const now = Date.UTC(2026, 5, 1, 12);
const settledBefore = now - 300_000;
const longAgo = new Date(now - 3_600_000).toISOString();
const justNow = new Date(now - 60_000).toISOString();
const [tenant, id] = [newId(), newId()];

const record = (kind: OwnerKind, of: Partial<RecordedItem>): RecordedItem => ({
  pk: partitionOf(tenant, kind),
  sk: id,
  status: 'RUNNING',
  generation: 2,
  observed_generation: 2,
  updated_at: longAgo,
  ...of,
});

const thing = (kind: CloudKind, kinds: readonly OwnerKind[], of: Partial<CloudThing>): CloudThing => ({
  kind,
  cloud_id: 'i-1',
  owner: { tenant, id, kinds },
  made_at: now - 3_600_000,
  is_ending: false,
  facts: {},
  ...of,
});

const machine = (of: Partial<CloudThing>) =>
  thing('INSTANCE', ['INSTANCE'], { facts: { state: 'running' }, ...of });
const instance = (of: Partial<RecordedItem>) => record('INSTANCE', { container_id: 'i-1', ...of });

describe('a thing of the cloud', () => {
  it.each<[string, CloudThing, RecordedItem[]]>([
    ['whose record says the same', machine({}), [instance({})]],
    ['that its record is about to name', machine({}), [instance({ container_id: undefined })]],
    [
      'whose record is being worked on',
      machine({}),
      [instance({ observed_generation: 1, status: 'STARTING' })],
    ],
    ['whose record is on its way to another state', machine({}), [instance({ desired_status: 'STOPPED' })]],
    ['whose record is a tombstone', machine({}), [instance({ deleted_at: longAgo })]],
    [
      'whose record was changed a minute ago',
      machine({}),
      [instance({ status: 'STOPPED', updated_at: justNow })],
    ],
    ['on its way to another state', machine({ facts: { state: 'stopping' } }), [instance({})]],
    ['that is ended', machine({ is_ending: true }), []],
    ['without a record, made a minute ago', machine({ made_at: now - 60_000 }), []],
    ['of the platform’s own network', thing('VPC', ['VPC'], { owner: undefined }), []],
    ['that machines of a tenant share', thing('SECURITY_GROUP', [], { owner: undefined }), []],
    [
      'that is the root volume of a machine',
      thing('VOLUME', ['INSTANCE'], { cloud_id: 'vol-1', facts: { state: 'in-use', size_gb: 8 } }),
      [instance({})],
    ],
    [
      'that is a VPC’s subnet for balancers',
      thing('SUBNET', ['SUBNET', 'VPC'], { cloud_id: 'subnet-1', facts: { zone: 'a' } }),
      [record('VPC', { status: 'active', balancer_subnets: [{ id: 'subnet-1' }] })],
    ],
  ])('is no drift: one %s', (_, cloud, records) => {
    expect(judgeThing(cloud, records, settledBefore)).toBeUndefined();
  });

  it.each<[string, CloudThing, RecordedItem[]]>([
    ['its tags name none that there is', machine({}), []],
    ['its record names another one', machine({ cloud_id: 'i-2' }), [instance({})]],
    ['it has no tags of a tenant', machine({ owner: undefined }), []],
    ['nothing tells when it was made', machine({ made_at: undefined }), []],
  ])('is unknown where %s', (_, cloud, records) => {
    expect(judgeThing(cloud, records, settledBefore)).toMatchObject({
      verdict: 'unknown',
      kind: 'INSTANCE',
      cloud_id: cloud.cloud_id,
    });
  });

  const volume = (of: Partial<RecordedItem>) =>
    record('VOLUME', { status: 'AVAILABLE', provider_id: 'vol-1', size_gb: 10, type: 'gp3', ...of });
  const disk = (facts: CloudThing['facts']) => thing('VOLUME', ['VOLUME'], { cloud_id: 'vol-1', facts });

  it.each<[string, CloudThing, RecordedItem, string, string, string]>([
    [
      'stopped outside',
      machine({ facts: { state: 'stopped' } }),
      instance({}),
      'state',
      'RUNNING',
      'stopped',
    ],
    [
      'of another type',
      machine({ facts: { type: 't3.large' } }),
      instance({ instance_type: 't3.micro' }),
      'type',
      't3.micro',
      't3.large',
    ],
    [
      'in other groups',
      machine({ facts: { group_ids: ['sg-1', 'sg-3'] } }),
      instance({ placement: { group_id: 'sg-2', group_ids: ['sg-1'] } }),
      'group_ids',
      'sg-1,sg-2',
      'sg-1,sg-3',
    ],
    ['grown outside', disk({ size_gb: 20 }), volume({}), 'size_gb', '10', '20'],
    ['of another volume type', disk({ type: 'io2' }), volume({}), 'type', 'gp3', 'io2'],
    [
      'detached outside',
      disk({ state: 'available' }),
      volume({ status: 'IN-USE' }),
      'state',
      'IN-USE',
      'available',
    ],
    [
      'a copy that failed late',
      thing('SNAPSHOT', ['SNAPSHOT'], { cloud_id: 'snap-1', facts: { state: 'error' } }),
      record('SNAPSHOT', { status: 'AVAILABLE', provider_id: 'snap-1' }),
      'state',
      'AVAILABLE',
      'error',
    ],
  ])('differs: %s', (_, cloud, recorded, field, was, is) => {
    expect(judgeThing(cloud, [recorded], settledBefore)).toMatchObject({
      verdict: 'differing',
      tenant,
      resource_id: id,
      differences: [{ field, recorded: was, actual: is }],
    });
  });
});

describe('a record', () => {
  const nothing = () => false;

  it.each<[string, CloudKind, RecordedItem, string[]]>([
    ['an instance without its machine', 'INSTANCE', instance({}), ['i-1']],
    ['a subnet', 'SUBNET', record('SUBNET', { status: 'available', provider_id: 'subnet-1' }), ['subnet-1']],
    [
      'a balancer’s target groups',
      'TARGET_GROUP',
      record('LOAD_BALANCER', { status: 'ACTIVE', groups: [{ id: 'tg-1' }, {}, { id: 'tg-2' }] }),
      ['tg-1', 'tg-2'],
    ],
    [
      'a balancer’s own group',
      'SECURITY_GROUP',
      record('LOAD_BALANCER', { status: 'ACTIVE', security_group: 'sg-9' }),
      ['sg-9'],
    ],
  ])('misses what it has: %s', (_, kind, recorded, ids) => {
    const found = missingOf(kind, recorded, nothing, settledBefore);
    expect(found.map(({ verdict, cloud_id }) => [verdict, cloud_id])).toEqual(
      ids.map((one) => ['missing', one]),
    );
  });

  it.each<[string, RecordedItem]>([
    ['has nothing in the cloud yet', instance({ container_id: undefined })],
    ['is in ERROR', instance({ status: 'ERROR' })],
    ['is a tombstone', instance({ deleted_at: longAgo })],
    ['was changed a minute ago', instance({ updated_at: justNow })],
    ['is being worked on', instance({ observed_generation: 1 })],
  ])('misses nothing while it %s', (_, recorded) => {
    expect(missingOf('INSTANCE', recorded, nothing, settledBefore)).toEqual([]);
  });

  it('misses nothing that is there', () => {
    expect(missingOf('INSTANCE', instance({}), (one) => one === 'i-1', settledBefore)).toEqual([]);
  });
});
