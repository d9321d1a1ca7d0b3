import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { unlimited } from '../../../../lib/platform/aws/call-budget.ts';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { resourceKey } from '../../../../lib/platform/table/keys.ts';
import { createAudit } from '../../../../lib/services/instances/audit.ts';
import { createEc2Fleet } from '../../../../lib/services/instances/backend.ec2.ts';
import { machineKey } from '../../../../lib/services/instances/keys.ts';
import type { InstanceRecord } from '../../../../lib/services/instances/record.ts';
import type { LaunchManyOptions } from '../../../../lib/services/instances/service.ts';
import { createQuotas } from '../../../../lib/services/quotas/service.ts';
import { type StandInCloud, startStandIn } from '../../../conformance/compute/stand-in-cloud.ts';
import { eventually } from '../../../support/eventually.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { Death } from '../volumes/harness.ts';
import { type Crowd, crowdLimits, openCrowd } from './crowd.ts';
import { newCaller } from './harness.ts';

let database: TestTables;
let cloud: StandInCloud;
let crowd: Crowd;

/** Requests of this test to EC2. */
const callsOf = (action: string): number => cloud.calls.filter((call) => call.action === action).length;

beforeAll(async () => {
  [database, cloud] = await Promise.all([startTables(), startStandIn()]);
});
beforeEach(() => {
  cloud.calls.length = 0;
  crowd = openCrowd(database.tables, cloud);
});
afterEach(() => {
  cloud.controls.faults.clear();
  cloud.controls.setAccountLimits({ vcpus: 10_000 });
});
afterAll(() => Promise.all([database?.stop(), cloud?.stop()]));

/** Requests that the SDK makes of one call which EC2 answers with a failure of its own. */
const tries = 3;

/** Each of these records has one machine of its own that lives, and there is no other. */
const expectOneEach = async (caller: Caller, records: readonly InstanceRecord[], count: number) => {
  expect(records.filter(({ status }) => status === 'RUNNING')).toHaveLength(count);
  const owned = records.flatMap(({ container_id }) => container_id ?? []);
  expect(new Set(owned).size).toBe(owned.length);
  expect(owned.sort()).toEqual(
    crowd
      .livingOf(caller)
      .map(({ instanceId }) => instanceId)
      .sort(),
  );
  for (const { id, container_id } of records)
    if (container_id) expect(await database.tables.get(machineKey(container_id))).toMatchObject({ id });
};

const usedBy = async ({ principal }: Caller) =>
  (await createQuotas({ tables: database.tables, limits: crowdLimits }).list(principal.tenant)).find(
    ({ resource }) => resource === 'instances',
  )?.used;

describe('instances that are launched together', () => {
  it('become machines by one call, and each has its own', async () => {
    const caller = newCaller();
    const launched = await crowd.launch(caller, 45, { ports: '80:80' });
    const records = await crowd.settled(caller, launched);
    await expectOneEach(caller, records, 45);
    expect(callsOf('RunInstances')).toBe(1);
    const [machine] = crowd.machinesOf(caller);
    expect(machine?.tags).toEqual({
      Name: 'web',
      'thecloud:stage': 'test',
      'thecloud:tenant': caller.principal.tenant,
      'thecloud:launch-batch': launched.batch,
    });
    for (const record of records) {
      expect(record).toMatchObject({ private_ip: expect.stringMatching(/^10\./), zone: 'us-east-1a' });
      expect(record.launch_batch).toBeUndefined();
      expect(record.event).toMatchObject({ action: 'launch', phase: 'succeeded' });
    }
  });

  it('go their own ways afterwards', async () => {
    const caller = newCaller();
    const launched = await crowd.launch(caller, 3);
    await crowd.settled(caller, launched);
    const [first = '', second = ''] = launched.ids;
    await crowd.instances.stop(caller, first);
    await crowd.instances.delete(caller, second);
    const records = await crowd.settled(caller, launched);
    expect(records.map(({ status }) => status)).toEqual(['STOPPED', 'RUNNING']);
    expect(crowd.livingOf(caller)).toHaveLength(2);
    expect(await usedBy(caller)).toBe(2);
  });

  it.each([1, 3])('are measured each minute from their first where that is asked for: %i', async (count) => {
    const monitoringOf = async (options: LaunchManyOptions) => {
      const caller = newCaller();
      const { ids, batch } = await crowd.launch(caller, count, {}, options);
      if (batch) await crowd.worker()(caller, 'LAUNCH_BATCH', [batch]);
      else await crowd.worker()(caller, 'INSTANCE', ids);
      const InstanceIds = crowd.machinesOf(caller).map(({ instanceId }) => instanceId);
      const { Reservations = [] } = await cloud.ec2.send(new DescribeInstancesCommand({ InstanceIds }));
      return Reservations.flatMap(({ Instances = [] }) => Instances).map(
        ({ Monitoring }) => Monitoring?.State,
      );
    };
    expect(await monitoringOf({})).toEqual(Array(count).fill('disabled'));
    expect(await monitoringOf({ detailedMonitoring: true })).toEqual(Array(count).fill('enabled'));
  });

  it('one by itself goes as any other launch', async () => {
    const caller = newCaller();
    const { ids, batch } = await crowd.launch(caller, 1);
    expect(batch).toBe('');
    await crowd.worker()(caller, 'INSTANCE', ids);
    expect(crowd.machinesOf(caller)[0]?.tags).toMatchObject({ 'thecloud:instance': ids[0] });
  });

  it('are looked at by themselves later, not while they wait for the call', async () => {
    const caller = newCaller();
    const { ids, batch } = await crowd.launch(caller, 4);
    await crowd.worker()(caller, 'INSTANCE', ids);
    expect(crowd.machinesOf(caller)).toEqual([]);
    for (const id of ids) expect(await crowd.find(caller, id)).toMatchObject({ launch_batch: batch });
    expect(cloud.calls).toEqual([]);
  });
});

describe('a member whose owner changes their mind', () => {
  it.each([
    ['is deleted before the call', 'delete', 3, 2],
    ['is stopped before the call', 'stop', 3, 3],
  ] as const)('that %s gets no machine', async (_, action, launches, left) => {
    const caller = newCaller();
    const launched = await crowd.launch(caller, launches);
    await crowd.instances[action](caller, launched.ids[1] ?? '');
    const records = await crowd.settled(caller, launched);
    expect(records).toHaveLength(left);
    await expectOneEach(caller, records, 2);
    expect(crowd.machinesOf(caller)).toHaveLength(2);
    expect(await usedBy(caller)).toBe(left);
  });

  it('that is started again after it was stopped before the call is launched by itself', async () => {
    const caller = newCaller();
    const launched = await crowd.launch(caller, 3);
    await crowd.instances.stop(caller, launched.ids[1] ?? '');
    await crowd.settled(caller, launched);
    await crowd.instances.start(caller, launched.ids[1] ?? '');
    await expectOneEach(caller, await crowd.settled(caller, launched), 3);
  });

  it.each([
    ['deleted', 'delete', 2],
    ['stopped', 'stop', 3],
  ] as const)('that is %s while the call is under way ends its own machine', async (_, action, left) => {
    const caller = newCaller();
    const launched = await crowd.launch(caller, 3);
    cloud.controls.faults.add({ action: 'RunInstances', kind: 'after', times: 3 });
    await crowd.worker()(caller, 'LAUNCH_BATCH', [launched.batch]);
    expect(crowd.livingOf(caller)).toHaveLength(3);
    await crowd.instances[action](caller, launched.ids[1] ?? '');
    const records = await crowd.settled(caller, launched);
    expect(records).toHaveLength(left);
    await expectOneEach(caller, records, 2);
    expect(await usedBy(caller)).toBe(left);
  });

  it('all of them: nothing is launched, and nothing is left', async () => {
    const caller = newCaller();
    const launched = await crowd.launch(caller, 5);
    await crowd.bulk.terminateMany(caller, launched.ids);
    expect(await crowd.settled(caller, launched)).toEqual([]);
    expect([crowd.machinesOf(caller), await usedBy(caller)]).toEqual([[], 0]);
  });
});

describe('whatever happens on the way, each has one machine', () => {
  it.each([
    ['the answer is lost after the effect', { kind: 'after', times: 3 }],
    ['the answer is lost before the effect', { kind: 'before', times: 3 }],
    ['EC2 throttles', { kind: 'throttle', times: 3 }],
    ['the zone is full', { kind: 'before', times: 1, error: 'InsufficientInstanceCapacity' }],
    ['the group is gone', { kind: 'before', times: 1, error: 'InvalidGroup.NotFound' }],
    [
      'the token’s parameters have changed',
      { kind: 'after', times: 1, error: 'IdempotentParameterMismatch' },
    ],
    [
      'the token’s machines are said to have ended',
      { kind: 'after', times: 1, error: 'IdempotentInstanceTerminated' },
    ],
  ] as const)('%s', async (_, fault) => {
    const caller = newCaller();
    const launched = await crowd.launch(caller, 7);
    cloud.controls.faults.add({ action: 'RunInstances', ...fault });
    await expectOneEach(caller, await crowd.settled(caller, launched), 7);
  });

  it('two workers on one batch, again and again', async () => {
    const caller = newCaller();
    for (let round = 0; round < 5; round++) {
      const launched = await crowd.launch(caller, 5);
      const workers = [crowd.worker(), crowd.worker(), crowd.worker()];
      await Promise.all(workers.map((look) => look(caller, 'LAUNCH_BATCH', [launched.batch])));
      await crowd.settled(caller, launched);
    }
    const { items } = await crowd.stores.INSTANCE.list(caller.principal.tenant);
    await expectOneEach(caller, items, 25);
    expect(crowd.machinesOf(caller)).toHaveLength(25);
  });

  it('a worker that outlived its lease, beside the one that took over', async () => {
    const caller = newCaller();
    const launched = await crowd.launch(caller, 6);
    cloud.controls.faults.add({ action: 'RunInstances', kind: 'delay', times: 1, milliseconds: 300 });
    const asked = callsOf('RunInstances');
    const slow = crowd.worker()(caller, 'LAUNCH_BATCH', [launched.batch]);
    await eventually('EC2 was asked', async () => callsOf('RunInstances') > asked);
    crowd.clock.ahead += 30_000;
    const records = await crowd.settled(caller, launched);
    await slow;
    await expectOneEach(caller, records, 6);
    expect(crowd.machinesOf(caller)).toHaveLength(6);
  });

  it('the worker dies at any of its writes, just before it or just after', async () => {
    const count = 4;
    const death = new Death();
    const caller = newCaller();
    const whole = await crowd.launch(caller, count);
    await crowd.worker({ death })(caller, 'LAUNCH_BATCH', [whole.batch]);
    // Frozen, each member, the outcome, the end.
    expect(death.writes).toBe(count + 3);
    for (let at = 1; at <= death.writes; at++)
      for (const when of ['before', 'after'] as const) {
        const other = newCaller();
        const launched = await crowd.launch(other, count);
        await crowd.worker({ death: new Death(at, when) })(other, 'LAUNCH_BATCH', [launched.batch]);
        await expectOneEach(other, await crowd.settled(other, launched), count);
        expect(crowd.machinesOf(other)).toHaveLength(count);
      }
  });

  it('a machine is terminated before it was handed out: its member gets another', async () => {
    const caller = newCaller();
    const launched = await crowd.launch(caller, 3);
    cloud.controls.faults.add({ action: 'RunInstances', kind: 'after', times: 3 });
    await crowd.worker()(caller, 'LAUNCH_BATCH', [launched.batch]);
    cloud.controls.kill(crowd.livingOf(caller)[0]?.instanceId ?? '');
    await expectOneEach(caller, await crowd.settled(caller, launched), 3);
  });

  it('a machine too many is ended', async () => {
    const caller = newCaller();
    const launched = await crowd.launch(caller, 3);
    cloud.controls.faults.add({ action: 'RunInstances', kind: 'after', times: 3 });
    await crowd.worker()(caller, 'LAUNCH_BATCH', [launched.batch]);
    const record = await crowd.find(caller, launched.ids[0] ?? '');
    if (!record) throw new Error('it is gone');
    await crowd.stores.INSTANCE.settle(record, { remove: ['launch_batch'] });
    const records = await crowd.settled(caller, launched);
    await expectOneEach(caller, records, 3);
    expect(crowd.machinesOf(caller).filter(({ tags }) => tags['thecloud:launch-batch'])).toHaveLength(3);
  });
});

describe('the audit', () => {
  const audit = async () => {
    const looks: string[] = [];
    const result = await createAudit({
      fleet: createEc2Fleet({ ec2: cloud.ec2, budget: unlimited, stage: 'test' }),
      tables: database.tables,
      queue: {
        send: async (messages) => {
          looks.push(...messages.map(({ message }) => message.id));
          return new Map();
        },
      },
    })({ kind: 'audit', eventId: 'event' }, new AbortController().signal);
    return { ...result, looks };
  };

  it('finds the instance of a machine whose tags name its batch alone', async () => {
    const caller = newCaller();
    const [killed, still] = await crowd.settled(caller, await crowd.launch(caller, 2));
    cloud.controls.kill(killed?.container_id ?? '');
    const { looks, orphans } = await audit();
    expect(looks).toContain(killed?.id);
    expect(looks).not.toContain(still?.id);
    expect(orphans).not.toContain(still?.container_id);
  });

  it('names such a machine as nobody’s only when its batch has ended', async () => {
    const caller = newCaller();
    const launched = await crowd.launch(caller, 2);
    cloud.controls.faults.add({ action: 'RunInstances', kind: 'after', times: 3 });
    await crowd.worker()(caller, 'LAUNCH_BATCH', [launched.batch]);
    const ids = crowd.livingOf(caller).map(({ instanceId }) => instanceId);
    expect(ids).toHaveLength(2);
    const during = await audit();
    expect(during.orphans.filter((id) => ids.includes(id))).toEqual([]);
    await database.tables.write({
      delete: resourceKey(caller.principal.tenant, 'LAUNCH_BATCH', launched.batch),
    });
    const after = await audit();
    expect(after.orphans.filter((id) => ids.includes(id)).sort()).toEqual(ids.sort());
  });
});

describe('where there is no room for all', () => {
  const usedVcpus = () =>
    cloud.controls.inspect().filter(({ state }) => !['terminated', 'stopped'].includes(state)).length * 2;

  it('as many as the account’s limit lets are launched, the others fail and say why', async () => {
    const caller = newCaller();
    cloud.controls.setAccountLimits({ vcpus: usedVcpus() + 10 });
    const launched = await crowd.launch(caller, 20);
    const records = await crowd.settled(caller, launched);
    await expectOneEach(caller, records, 5);
    const failed = records.filter(({ status }) => status === 'ERROR');
    expect(failed).toHaveLength(15);
    for (const one of failed)
      expect(one).toMatchObject({
        status_reason: expect.stringContaining('VcpuLimitExceeded'),
        event: { action: 'launch', phase: 'failed' },
      });
    expect(callsOf('RunInstances')).toBeLessThanOrEqual(8);
  });

  it('a zone that is full for some: the rest goes to the next', async () => {
    const caller = newCaller();
    const [first, second] = cloud.subnets;
    const launched = await crowd.launch(caller, 6);
    cloud.controls.faults.add({
      action: 'RunInstances',
      kind: 'before',
      where: { SubnetId: first?.subnetId },
      error: 'InsufficientInstanceCapacity',
    });
    const records = await crowd.settled(caller, launched);
    await expectOneEach(caller, records, 6);
    expect(new Set(records.map(({ zone }) => zone))).toEqual(new Set([second?.zone]));
    expect(callsOf('RunInstances')).toBe(tries + 1);
  });

  it('nowhere: all fail, after as many calls as one launch makes', async () => {
    const caller = newCaller();
    const launched = await crowd.launch(caller, 6);
    cloud.controls.faults.add({
      action: 'RunInstances',
      kind: 'before',
      error: 'InsufficientInstanceCapacity',
    });
    const records = await crowd.settled(caller, launched);
    expect(records.map(({ status }) => status)).toEqual(Array(6).fill('ERROR'));
    expect(records[0]?.status_reason).toContain('InsufficientInstanceCapacity');
    expect(callsOf('RunInstances')).toBe(3 * cloud.subnets.length * tries);
    await crowd.bulk.terminateMany(caller, launched.ids);
    expect(await crowd.settled(caller, launched)).toEqual([]);
    expect(await usedBy(caller)).toBe(0);
  });

  it.each([
    [
      'what EC2 refuses for good',
      { kind: 'before', error: 'InvalidParameterValue' },
      'InvalidParameterValue',
    ],
    ['what breaks again and again', { kind: 'before', error: { code: 'Odd', statusCode: 400 } }, 'Odd'],
  ] as const)('%s fails all, once EC2 must have shown what it launched', async (_, fault, reason) => {
    const caller = newCaller();
    const launched = await crowd.launch(caller, 3);
    cloud.controls.faults.add({ action: 'RunInstances', ...fault });
    const records = await crowd.settled(caller, launched);
    expect(records.map(({ status }) => status)).toEqual(Array(3).fill('ERROR'));
    expect(records[0]?.status_reason).toContain(reason);
    expect(crowd.machinesOf(caller)).toEqual([]);
  });

  it('what EC2 launched before it refused is handed out', async () => {
    const caller = newCaller();
    const launched = await crowd.launch(caller, 3);
    cloud.controls.faults.add({ action: 'RunInstances', kind: 'after', times: 3 });
    await crowd.worker()(caller, 'LAUNCH_BATCH', [launched.batch]);
    cloud.controls.faults.add({ action: 'RunInstances', kind: 'before', error: 'InvalidParameterValue' });
    await expectOneEach(caller, await crowd.settled(caller, launched), 3);
  });
});
