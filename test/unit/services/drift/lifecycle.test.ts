import { CreateVolumeCommand, DeleteVolumeCommand, DescribeVolumesCommand } from '@aws-sdk/client-ec2';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identityKeys } from '../../../../lib/platform/auth/records.ts';
import { unlimited } from '../../../../lib/platform/aws/call-budget.ts';
import { newId } from '../../../../lib/platform/ids.ts';
import type { OutgoingMessage } from '../../../../lib/platform/lifecycle/ports.ts';
import { createReconciler } from '../../../../lib/platform/lifecycle/reconciler.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import { createAwsListing } from '../../../../lib/services/drift/backend.aws.ts';
import type { CloudListing } from '../../../../lib/services/drift/backend.ts';
import { createComparison } from '../../../../lib/services/drift/comparison.ts';
import { createDriftController } from '../../../../lib/services/drift/controller.ts';
import { createLooks } from '../../../../lib/services/drift/looks.ts';
import { createFindings, Drift, driftKind } from '../../../../lib/services/drift/service.ts';
import { CreateVolume } from '../../../../lib/services/volumes/schema.ts';
import { type StandInCloud, startStandIn } from '../../../conformance/compute/stand-in-cloud.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { everything, launchInput, newCaller } from '../instances/harness.ts';
import {
  Death,
  openStorage,
  type Storage,
  settleWith,
  startWorker,
  type Worker,
} from '../volumes/harness.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

let database: TestTables;
let cloud: StandInCloud;
let storage: Storage;
let worker: Worker;
let settle: ReturnType<typeof settleWith>;

beforeAll(async () => {
  [database, cloud] = await Promise.all([
    startTables(),
    startStandIn('roomy', {
      bootMilliseconds: 5,
      terminateMilliseconds: 5,
      volumeMilliseconds: 5,
      snapshotMilliseconds: 5,
    }),
  ]);
  storage = openStorage(database.tables);
  worker = startWorker(database.tables, cloud, storage.clock);
  settle = settleWith(storage, worker);
});
afterAll(() => Promise.all([database?.stop(), cloud?.stop()]));

const admin = newCaller();

/** Elastic Load Balancing has no stand-in here: nothing of it is there. */
const listing = (): CloudListing => {
  const aws = createAwsListing({
    ec2: cloud.ec2,
    balancing: {} as ElasticLoadBalancingV2Client,
    budget: unlimited,
    stage: 'test',
  });
  const none = async function* () {};
  return {
    pages: (kind, signal) =>
      kind === 'LOAD_BALANCER' || kind === 'TARGET_GROUP' ? none() : aws.pages(kind, signal),
  };
};

/** Runs of the comparison, each worker with an end of its own. */
const openDrift = (death = new Death()) => {
  const { clock } = storage;
  const tables = death.over(database.tables);
  const store = createStore(driftKind, { tables, clock });
  const findings = createFindings({ tables });
  const looks: OutgoingMessage[] = [];
  const queue = {
    async send(messages: readonly OutgoingMessage[]) {
      looks.push(...messages);
      return new Map();
    },
  };
  const controller = createDriftController({
    compare: createComparison({ listing: listing(), tables }),
    findings,
    look: createLooks({ INSTANCE: queue, VOLUME: queue }),
  });
  const log = { info: () => undefined, warn: () => undefined };
  const reconciler = createReconciler({ kinds: [{ controller, store }], tables, clock, log });
  const drift = new Drift({ store, tables, findings, clock, newId });
  const look = async (id: string) => {
    const generation = (await store.find('PLATFORM', id, { tombstones: true }))?.generation ?? 1;
    const message = { kind: 'DRIFT_REPORT', tenant: 'PLATFORM', id, generation, event_id: newId() };
    return reconciler.handle([message], { signal: death.signal, deadline: clock.now() + 20_000 });
  };
  /** Looks until the run has come to its end. */
  const carryOut = async (id: string) => {
    for (let looks = 0; looks < 60; looks++) {
      await look(id);
      const record = await store.find('PLATFORM', id);
      if (!record || record.status === 'COMPLETED' || record.status === 'ERROR') return record;
      if (record.next_attempt_at) clock.moveTo(Date.parse(record.next_attempt_at));
    }
    throw new Error('the run does not end');
  };
  return { drift, store, looks, look, carryOut };
};

/** A tenant with a running instance and a volume, all of it settled for a while. */
const tenantWithThings = async () => {
  const caller = newCaller();
  const { tenant } = caller.principal;
  await database.tables.write({ put: { ...identityKeys.user(tenant), name: 'someone' } });
  const instance = await storage.instances.launch(caller, launchInput());
  const volume = await storage.volumes.create(caller, CreateVolume.parse({ name: 'data', size_gb: 2 }));
  await settle(caller, 'INSTANCE', instance.id);
  await settle(caller, 'VOLUME', volume.id);
  const { container_id } = await storage.stores.INSTANCE.get(tenant, instance.id);
  const { provider_id } = await storage.stores.VOLUME.get(tenant, volume.id);
  return {
    caller,
    tenant,
    instance: { id: instance.id, machine: container_id as string },
    volume: { id: volume.id, disk: provider_id as string },
  };
};

const rogueVolume = async (): Promise<string> => {
  const { VolumeId = '' } = await cloud.ec2.send(
    new CreateVolumeCommand({
      AvailabilityZone: 'us-east-1a',
      Size: 1,
      TagSpecifications: [
        {
          ResourceType: 'volume',
          Tags: [
            { Key: 'thecloud:stage', Value: 'test' },
            { Key: 'thecloud:tenant', Value: newId() },
            { Key: 'thecloud:resource', Value: newId() },
          ],
        },
      ],
    }),
  );
  return VolumeId;
};

const findingsOf = async (drift: Drift, id: string) => {
  const { items } = await drift.findings(admin, id, everything, {});
  return items;
};

const diskIsGone = async (disk: string): Promise<boolean> => {
  const { Volumes = [] } = await cloud.ec2.send(
    new DescribeVolumesCommand({ Filters: [{ Name: 'volume-id', Values: [disk] }] }),
  );
  return Volumes.length === 0;
};

const until = async (done: () => Promise<boolean> | boolean): Promise<void> => {
  const end = performance.now() + 10_000;
  while (!(await done())) {
    if (performance.now() > end) throw new Error('it does not come about');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

describe('a comparison of records and cloud', () => {
  it('finds nothing where both agree, and what was just made is left alone', async () => {
    const { tenant } = await tenantWithThings();
    const { drift, carryOut, looks } = openDrift();
    for (const passed of [0, 10 * minute]) {
      storage.clock.ahead += passed;
      const { id, status } = await drift.begin(admin);
      expect(status).toBe('PENDING');
      const report = await carryOut(id);
      expect(report).toMatchObject({ status: 'COMPLETED', cause: 'request' });
      expect(report?.kinds.map(({ kind }) => kind)).toHaveLength(8);
      expect((await findingsOf(drift, id)).filter((finding) => finding.tenant === tenant)).toEqual([]);
    }
    expect(looks).toEqual([]);
  });

  it('names what is gone and what nobody knows, has a look taken at the one, and leaves the other', async () => {
    const { tenant, instance, volume } = await tenantWithThings();
    const rogue = await rogueVolume();
    storage.clock.ahead += 10 * minute;
    cloud.controls.kill(instance.machine);
    await cloud.ec2.send(new DeleteVolumeCommand({ VolumeId: volume.disk }));
    await until(() => diskIsGone(volume.disk));
    await until(
      () =>
        cloud.controls.inspect().find(({ instanceId }) => instanceId === instance.machine)?.state ===
        'terminated',
    );

    const { drift, carryOut, looks } = openDrift();
    const { id } = await drift.begin(admin);
    const report = await carryOut(id);
    expect(report?.status).toBe('COMPLETED');
    const findings = await findingsOf(drift, id);
    const gone = { verdict: 'missing', tenant };
    expect(findings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ...gone, cloud_id: instance.machine, resource_id: instance.id }),
        expect.objectContaining({ ...gone, cloud_id: volume.disk, resource_id: volume.id }),
        expect.objectContaining({ verdict: 'unknown', kind: 'VOLUME', cloud_id: rogue }),
      ]),
    );
    expect(looks.map(({ message }) => message.id).sort()).toEqual([instance.id, volume.id].sort());
    expect(await diskIsGone(rogue)).toBe(false);
    expect(report?.kinds.find(({ kind }) => kind === 'VOLUME')).toMatchObject({ missing: 1, unknown: 1 });

    const only = await drift.findings(admin, id, everything, { kind: 'VOLUME', verdict: 'unknown' });
    expect(only.items).toMatchObject([{ cloud_id: rogue }]);
    await cloud.ec2.send(new DeleteVolumeCommand({ VolumeId: rogue }));
  });

  it('does not call unknown what is gone at the second look', async () => {
    const rogue = await rogueVolume();
    storage.clock.ahead += 10 * minute;
    const { drift, look, store, carryOut } = openDrift();
    const { id } = await drift.begin(admin);
    for (let looks = 0; looks < 10; looks++) {
      await look(id);
      const record = await store.get('PLATFORM', id);
      if (record.suspects?.ids.includes(rogue)) break;
      if (record.next_attempt_at) storage.clock.moveTo(Date.parse(record.next_attempt_at));
    }
    expect((await store.get('PLATFORM', id)).suspects?.ids).toContain(rogue);
    await cloud.ec2.send(new DeleteVolumeCommand({ VolumeId: rogue }));
    await until(() => diskIsGone(rogue));
    await carryOut(id);
    expect((await findingsOf(drift, id)).map(({ cloud_id }) => cloud_id)).not.toContain(rogue);
  });

  it.each(['before', 'after'] as const)(
    'comes to the same end when its worker dies %s any of its writes',
    async (when) => {
      const { tenant, volume } = await tenantWithThings();
      storage.clock.ahead += 10 * minute;
      await cloud.ec2.send(new DeleteVolumeCommand({ VolumeId: volume.disk }));
      await until(() => diskIsGone(volume.disk));
      for (let at = 1; ; at++) {
        const { drift, store } = openDrift();
        const { id } = await drift.begin(admin);
        const death = new Death(at, when);
        const mortal = openDrift(death);
        await mortal.carryOut(id).catch(() => undefined);
        await openDrift().carryOut(id);
        const report = await store.get('PLATFORM', id);
        expect(report.status).toBe('COMPLETED');
        expect(new Set(report.kinds.map(({ kind }) => kind)).size).toBe(8);
        expect(report.kinds).toHaveLength(8);
        const found = (await findingsOf(drift, id)).filter((finding) => finding.tenant === tenant);
        expect(found).toMatchObject([{ verdict: 'missing', cloud_id: volume.disk }]);
        if (death.writes < at) break;
      }
    },
  );

  it('is begun once an hour by the schedule, however often its message comes, and forgets what is a week old', async () => {
    const { drift, store, look } = openDrift();
    const first = await drift.beginScheduled(admin.signal);
    expect(first.isNew).toBe(true);
    expect(await drift.beginScheduled(admin.signal)).toEqual({ id: first.id, isNew: false });
    storage.clock.ahead += 60 * minute;
    const second = await drift.beginScheduled(admin.signal);
    expect(second).toMatchObject({ isNew: true });
    expect((await drift.get(admin, second.id)).cause).toBe('schedule');

    storage.clock.ahead += 8 * day;
    await drift.beginScheduled(admin.signal);
    await expect(drift.get(admin, first.id)).rejects.toMatchObject({ type: 'NOT_FOUND' });
    await look(first.id);
    expect(await store.find('PLATFORM', first.id, { tombstones: true })).toBeUndefined();
  });
});
