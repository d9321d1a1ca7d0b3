import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../../lib/platform/ids.ts';
import { VersionMoved } from '../../../../lib/platform/store/signals.ts';
import type { Write } from '../../../../lib/platform/table/types.ts';
import { LaunchTemplate, namesFor } from '../../../../lib/services/instances/service.ts';
import { createQuotas } from '../../../../lib/services/quotas/service.ts';
import { CreateSecurityGroup } from '../../../../lib/services/security-groups/schema.ts';
import { CreateSubnet } from '../../../../lib/services/subnets/schema.ts';
import { subnetUses } from '../../../../lib/services/subnets/service.ts';
import { CreateVpc } from '../../../../lib/services/vpcs/schema.ts';
import { type Networks, networkLimits, openNetworks } from '../../../support/network.ts';
import { costOf, startTables, type TestTables } from '../../../support/tables.ts';
import { everything, newCaller } from './harness.ts';

let database: TestTables;
let platform: Networks;

beforeAll(async () => {
  database = await startTables();
  platform = openNetworks(database.tables);
});
afterAll(() => database?.stop());

type Caller = ReturnType<typeof newCaller>;

const template = (change: Record<string, unknown> = {}): LaunchTemplate =>
  LaunchTemplate.parse({ image: 'nginx', ...change });
const names = (count: number) => namesFor('web', count, newId);
const usedOf = async (caller: Caller) =>
  Object.fromEntries(
    (
      await createQuotas({ tables: database.tables, limits: networkLimits }).list(caller.principal.tenant)
    ).map(({ resource, used }) => [resource, used]),
  );
const listed = async (caller: Caller) => (await platform.instances.list(caller, everything, {})).items;

/** A network with room for eleven instances. */
const smallNetwork = async (caller: Caller) => {
  const vpc = await platform.vpcs.create(caller, CreateVpc.parse({ name: 'net' }));
  const subnet = await platform.subnets.create(
    caller,
    vpc.id,
    CreateSubnet.parse({ name: 'small', cidr_block: '10.0.1.0/28' }),
  );
  const group = await platform.securityGroups.create(
    caller,
    CreateSecurityGroup.parse({ vpc_id: vpc.id, name: 'web' }),
  );
  return { vpc, subnet, group };
};

const noteKey = () => ({ pk: `NOTE#${randomUUID()}`, sk: 'NOTE' });

describe('launches of many', () => {
  it('record STARTING instances that are alike in all but name and id', async () => {
    const caller = newCaller();
    const watchedBy = { kind: 'SCALING_GROUP', id: randomUUID() };
    const launched = await platform.bulk.launchMany(
      caller,
      template({ ports: '8080:80', tags: { team: 'a' }, instance_type: 't3.small' }),
      names(3),
      { scalingGroupId: watchedBy.id, watchedBy },
    );
    expect(launched).toHaveLength(3);
    expect(new Set(launched?.map(({ id }) => id)).size).toBe(3);
    const shown = await listed(caller);
    expect(shown.map(({ id }) => id)).toEqual(launched?.map(({ id }) => id).reverse());
    for (const one of shown)
      expect(one).toMatchObject({
        name: expect.stringMatching(/^web-[0-9a-f]{8}$/),
        status: 'STARTING',
        desired_status: 'RUNNING',
        ports: '8080:80',
        tags: { team: 'a' },
        instance_type: 't3.small',
        zone: 'us-east-1a',
      });
    const [first] = shown;
    expect(await platform.stores.instances.find(caller.principal.tenant, first?.id ?? '')).toMatchObject({
      scaling_group_id: watchedBy.id,
      watched_by: watchedBy,
      generation: 1,
      observed_generation: 0,
    });
  });

  it('are one transaction, whose counter is paid once for all', async () => {
    const caller = newCaller();
    await platform.bulk.launchMany(caller, template(), names(1));
    const ten = await costOf(database, () => platform.bulk.launchMany(caller, template(), names(10)));
    expect(ten.requests).toBe(1);
    // Each: the record 2, three indexes 1 each. Once: the counter 2, the batch 2 and 1 each in two indexes.
    expect(ten.writeUnits).toBeLessThanOrEqual(10 * 5 + 6);
  });

  it.each([
    ['as many as the quota lets', 3, true],
    ['one more than that', 4, false],
  ])('are all or none against a quota: %s', async (_, count, fits) => {
    const caller = newCaller();
    const small = openNetworks(database.tables, { limits: { ...networkLimits, instances: 5 } });
    await small.bulk.launchMany(caller, template(), names(2));
    const launching = small.bulk.launchMany(caller, template(), names(count));
    if (fits) await launching;
    else
      await expect(launching).rejects.toMatchObject({
        type: 'RESOURCE_LIMIT_EXCEEDED',
        message: expect.stringContaining('instances'),
      });
    expect(await usedOf(caller)).toMatchObject({
      instances: fits ? 2 + count : 2,
      vcpus: 2 * (fits ? 2 + count : 2),
    });
    expect(await listed(caller)).toHaveLength(fits ? 2 + count : 2);
  });

  it.each([
    ['as many as it has room for', 9, true],
    ['one more than that', 10, false],
  ])('are all or none in a subnet: %s', async (_, count, fits) => {
    const caller = newCaller();
    const { subnet, group } = await smallNetwork(caller);
    const there = template({ subnet_id: subnet.id, security_group_ids: [group.id] });
    await platform.bulk.launchMany(caller, there, names(2));
    const launching = platform.bulk.launchMany(caller, there, names(count));
    if (fits) expect((await launching)?.[0]).toMatchObject({ subnet_id: subnet.id, vpc_id: subnet.vpc_id });
    else
      await expect(launching).rejects.toMatchObject({
        type: 'RESOURCE_LIMIT_EXCEEDED',
        message: expect.stringContaining('free addresses'),
      });
    const parent = { tenant: caller.principal.tenant, id: subnet.id };
    const now = fits ? 2 + count : 2;
    expect(await subnetUses.read(database.tables, parent)).toMatchObject({ live: now, held: now });
    expect(await usedOf(caller)).toMatchObject({ instances: now });
  });

  it.each([
    ['no instance', template(), 0, 'INVALID_INPUT'],
    ['more than a transaction holds', template(), 46, 'INVALID_INPUT'],
    ['an unknown VPC', template({ vpc_id: randomUUID() }), 2, 'NOT_FOUND'],
    ['an unknown subnet', template({ subnet_id: randomUUID() }), 2, 'NOT_FOUND'],
    ['an image that is not allowed', template({ image: 'ami-00000000000000000' }), 2, 'INVALID_INPUT'],
    ['bad ports', template({ ports: '80' }), 2, 'INVALID_PORT_FORMAT'],
  ])('with %s change nothing', async (_, wanted, count, type) => {
    const caller = newCaller();
    await expect(platform.bulk.launchMany(caller, wanted, names(count))).rejects.toMatchObject({ type });
    expect(await listed(caller)).toEqual([]);
  });

  it('stand and fall with what their caller writes', async () => {
    const caller = newCaller();
    const key = noteKey();
    const note = (when?: { expression: string }): Write => ({
      put: { ...key, about: 'them' },
      ...(when && { when, otherwise: () => new VersionMoved('somebody was faster') }),
    });
    const once = { expression: 'attribute_not_exists(pk)' };
    const launch = () =>
      platform.bulk.launchMany(caller, template(), names(2), {
        extra: (instances) => {
          expect(instances).toHaveLength(2);
          return [note(once)];
        },
      });
    expect(await launch()).toHaveLength(2);
    expect(await launch()).toBeUndefined();
    expect(await listed(caller)).toHaveLength(2);
    expect(await database.tables.get(key)).toMatchObject({ about: 'them' });
  });

  it('of 45 go in one transaction with forty writes of their caller', async () => {
    const caller = newCaller();
    const { subnet, group } = await smallNetwork(caller);
    const extra = () => Array.from({ length: 40 }, (): Write => ({ put: noteKey() }));
    expect(await platform.bulk.launchMany(caller, template(), names(45), { extra })).toHaveLength(45);
    const there = template({ subnet_id: subnet.id, security_group_ids: [group.id] });
    expect(await platform.bulk.launchMany(caller, there, names(11), { extra })).toHaveLength(11);
  });
});

describe('the end of many', () => {
  it('is one transaction that leaves subnet and groups, and the tenant’s list', async () => {
    const caller = newCaller();
    const { subnet, group } = await smallNetwork(caller);
    const there = template({ subnet_id: subnet.id, security_group_ids: [group.id] });
    const launched = (await platform.bulk.launchMany(caller, there, names(11))) ?? [];
    const ids = launched.slice(0, 9).map(({ id }) => id);
    const key = noteKey();
    const ended = await platform.bulk.terminateMany(caller, ids, {
      extra: (instances) => [{ put: { ...key, ids: instances.map(({ id }) => id) } }],
    });
    expect(ended?.map(({ id }) => id)).toEqual(ids);
    expect(await database.tables.get(key)).toMatchObject({ ids });
    expect(await listed(caller)).toHaveLength(2);
    const parent = { tenant: caller.principal.tenant, id: subnet.id };
    expect(await subnetUses.read(database.tables, parent)).toMatchObject({ live: 2, held: 11 });
    expect(await platform.bulk.terminateMany(caller, ids)).toEqual([]);
    expect(await subnetUses.read(database.tables, parent)).toMatchObject({ live: 2, held: 11 });
  });

  it('leaves out what is unknown, another tenant’s, or gone', async () => {
    const [caller, other] = [newCaller(), newCaller()];
    const [mine] = (await platform.bulk.launchMany(caller, template(), names(1))) ?? [];
    const [theirs] = (await platform.bulk.launchMany(other, template(), names(1))) ?? [];
    const ids = [theirs?.id ?? '', mine?.id ?? '', randomUUID()];
    expect((await platform.bulk.terminateMany(caller, ids))?.map(({ id }) => id)).toEqual([mine?.id]);
    expect(await listed(other)).toHaveLength(1);
  });

  it('asks for termination protection, unless it is told not to', async () => {
    const caller = newCaller();
    const [kept] =
      (await platform.bulk.launchMany(caller, template({ termination_protection: true }), names(1))) ?? [];
    const ids = [kept?.id ?? ''];
    await expect(platform.bulk.terminateMany(caller, ids)).rejects.toMatchObject({ type: 'CONFLICT' });
    expect(await listed(caller)).toHaveLength(1);
    expect(await platform.bulk.terminateMany(caller, ids, { evenIfProtected: true })).toHaveLength(1);
  });

  it('ends none where somebody else has changed one of them in between', async () => {
    const caller = newCaller();
    const launched = (await platform.bulk.launchMany(caller, template(), names(3))) ?? [];
    const [first, , last] = launched;
    const plans = await Promise.all(
      launched.map((instance) => platform.bulk.planTermination(caller, instance)),
    );
    await platform.instances.update(caller, last?.id ?? '', { name: 'renamed' });
    await expect(database.tables.transact(plans.flat())).rejects.toBeInstanceOf(VersionMoved);
    expect(await listed(caller)).toHaveLength(3);
    const moving = platform.bulk.terminateMany(caller, [first?.id ?? ''], {
      extra: () => [
        {
          check: noteKey(),
          when: { expression: 'attribute_exists(pk)' },
          otherwise: () => new VersionMoved('somebody was faster'),
        },
      ],
    });
    expect(await moving).toBeUndefined();
    expect(await listed(caller)).toHaveLength(3);
  });
});

describe('names for many', () => {
  it.each([
    ['web', 'web-'],
    ['x'.repeat(64), `${'x'.repeat(55)}-`],
  ])('begin with %s and fit the contract', (prefix, start) => {
    const made = namesFor(prefix, 45, newId);
    expect(new Set(made).size).toBe(45);
    for (const name of made) {
      expect(name.startsWith(start)).toBe(true);
      expect(name.length).toBeLessThanOrEqual(64);
    }
  });
});
