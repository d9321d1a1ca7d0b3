import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentCount } from '../../../../lib/services/autoscaling/record.ts';
import { CreateScheduledAction } from '../../../../lib/services/autoscaling/rule-schema.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { newCaller } from '../instances/harness.ts';
import { defaultLimits, type Groups, openGroups, unpaged } from './harness.ts';

let database: TestTables;
let platform: Groups;

beforeAll(async () => {
  database = await startTables();
  platform = openGroups(database.tables);
});
afterAll(() => database?.stop());

const refused = (type: string, message?: string | RegExp) => ({
  type,
  ...(message && { message: typeof message === 'string' ? message : expect.stringMatching(message) }),
});

describe('creating a group', () => {
  it('answers with the group in ACTIVE and no instances', async () => {
    const caller = newCaller();
    const group = await platform.create(caller, { load_balancer_id: '', tags: {}, health_grace_sec: 0 });
    expect(group).toMatchObject({
      name: 'web',
      status: 'ACTIVE',
      current_count: 0,
      desired_count: 2,
      failure_count: 0,
      health_grace_sec: 0,
      instance_type: 't3.micro',
    });
    expect(group.load_balancer_id).toBeUndefined();
    expect(await platform.groups.get(caller, group.id)).toEqual(group);
    const { items } = await platform.groups.list(caller, unpaged, {});
    expect(items).toEqual([group]);
  });

  it('is refused for a VPC that is not there, and changes nothing', async () => {
    const caller = newCaller();
    await expect(platform.create(caller, { vpc_id: randomUUID() })).rejects.toMatchObject(
      refused('NOT_FOUND', 'vpc not found'),
    );
    const other = newCaller();
    const theirs = await platform.makeVpc(other);
    await expect(platform.create(caller, { vpc_id: theirs.id })).rejects.toMatchObject(refused('NOT_FOUND'));
    expect((await platform.groups.list(caller, unpaged, {})).items).toEqual([]);
  });

  it('is refused for a balancer that is not there, or in another VPC', async () => {
    const caller = newCaller();
    const [vpc, elsewhere] = [await platform.makeVpc(caller), await platform.makeVpc(caller)];
    const lb = await platform.makeBalancer(caller, elsewhere.id);
    await expect(
      platform.create(caller, { vpc_id: vpc.id, load_balancer_id: randomUUID() }),
    ).rejects.toMatchObject(refused('LB_NOT_FOUND'));
    await expect(platform.create(caller, { vpc_id: vpc.id, load_balancer_id: lb.id })).rejects.toMatchObject(
      refused('LB_CROSS_VPC'),
    );
    expect((await platform.balancerOf(caller, lb.id)).watchers).toBeUndefined();
  });

  it.each([
    ['an image that is none', { image: 'Not An Image' }, 'INVALID_INPUT'],
    ['ports that are none', { ports: '80' }, 'INVALID_PORT_FORMAT'],
    ['a subnet that is not there', { subnet_id: randomUUID() }, 'NOT_FOUND'],
    ['a security group that is not there', { security_group_ids: [randomUUID()] }, 'NOT_FOUND'],
  ])('is refused for %s', async (_, change, type) => {
    await expect(platform.create(newCaller(), change)).rejects.toMatchObject(refused(type));
  });

  it('is refused for a name that the tenant has, until its group is deleted', async () => {
    const caller = newCaller();
    const { id } = await platform.create(caller);
    await expect(platform.create(caller)).rejects.toMatchObject(refused('CONFLICT'));
    await platform.create(newCaller());
    await platform.groups.delete(caller, id);
    await platform.create(caller);
  });

  it('is refused for a sixth group in a VPC, and for one beyond the quota', async () => {
    const caller = newCaller();
    const vpc = await platform.makeVpc(caller);
    const inIt = (name: string) => platform.create(caller, { name, vpc_id: vpc.id });
    const made = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) made.push(await inIt(name));
    await expect(inIt('f')).rejects.toMatchObject(
      refused('RESOURCE_LIMIT_EXCEEDED', 'the vpc has 5 scaling groups already, which is the most'),
    );
    await platform.groups.delete(caller, made[0]?.id ?? '');
    await inIt('f');

    const small = openGroups(database.tables, { ...defaultLimits, scaling_groups: 1 });
    const other = newCaller();
    await small.create(other);
    await expect(small.create(other, { name: 'second' })).rejects.toMatchObject(
      refused('RESOURCE_LIMIT_EXCEEDED', /quota of 1 scaling_groups/),
    );
  });
});

describe('changing a group', () => {
  it('takes the count along with a bound, and refuses one that is named out of bounds', async () => {
    const caller = newCaller();
    const { id } = await platform.create(caller);
    const update = (change: object) => platform.groups.update(caller, id, change);
    expect(await update({ min_instances: 4 })).toMatchObject({ min_instances: 4, desired_count: 4 });
    expect(await update({ min_instances: 1, max_instances: 3 })).toMatchObject({ desired_count: 3 });
    await expect(update({ desired_count: 4 })).rejects.toMatchObject(
      refused('INVALID_INPUT', /^desired_count/),
    );
    await expect(update({ min_instances: 4 })).rejects.toMatchObject(
      refused('INVALID_INPUT', /^min_instances/),
    );
    await expect(update({ max_instances: 0 })).rejects.toMatchObject(
      refused('INVALID_INPUT', /^max_instances/),
    );
    await expect(update({ image: 'Not An Image' })).rejects.toMatchObject(refused('INVALID_INPUT', /^image/));
    const activities = await platform.activities(caller, id);
    expect(activities.map(({ outcome, to }) => [outcome, to])).toEqual([
      ['in_progress', 3],
      ['cancelled', 4],
      ['cancelled', 2],
    ]);
  });

  it('uses a new image for new launches, and ends those of the old one first', async () => {
    const caller = newCaller();
    const { id } = await platform.create(caller);
    await platform.settle(caller, id);
    await platform.groups.update(caller, id, { image: 'httpd', desired_count: 3 });
    await platform.settle(caller, id);
    const images = async () => (await platform.instancesOf(caller, id)).map(({ image }) => image).sort();
    expect(await images()).toEqual(['httpd', 'nginx', 'nginx']);
    await platform.groups.update(caller, id, { desired_count: 1 });
    await platform.settle(caller, id);
    expect(await images()).toEqual(['httpd']);
  });
});

describe('deleting a group', () => {
  it('hides it at once, ends its instances, protected or not, and then frees its place', async () => {
    const caller = newCaller();
    const { id } = await platform.create(caller);
    await platform.settle(caller, id);
    const [member] = await platform.members.list(caller, id);
    await platform.members.protect(caller, id, member?.instance_id ?? '', { protected: true });
    await platform.groups.delete(caller, id);
    await expect(platform.groups.get(caller, id)).rejects.toMatchObject(refused('NOT_FOUND'));
    await expect(platform.groups.delete(caller, id)).rejects.toMatchObject(refused('NOT_FOUND'));
    expect(await platform.find(caller, id)).toMatchObject({ status: 'DELETING', desired_count: 0 });
    for (let looks = 0; looks < 5 && (await platform.find(caller, id)); looks++)
      await platform.look(caller, id);
    expect(await platform.find(caller, id)).toBeUndefined();
    expect((await platform.instances.list(caller.principal.tenant)).items).toEqual([]);
  });
});

describe('what a group is told', () => {
  it('about policies: names are unique within it, and there are ten at most', async () => {
    const caller = newCaller();
    const { id } = await platform.create(caller);
    const first = await platform.policy(caller, id);
    expect(await platform.rules.policies(caller, id)).toEqual([first]);
    expect(first).toMatchObject({ scaling_group_id: id, name: 'cpu', target_value: 50 });
    await expect(platform.policy(caller, id)).rejects.toMatchObject(refused('CONFLICT'));
    for (let more = 1; more < 10; more++) await platform.policy(caller, id, { name: `cpu-${more}` });
    await expect(platform.policy(caller, id, { name: 'one-more' })).rejects.toMatchObject(
      refused('RESOURCE_LIMIT_EXCEEDED'),
    );
    const stranger = newCaller();
    await expect(platform.rules.deletePolicy(stranger, first.id)).rejects.toMatchObject(refused('NOT_FOUND'));
    await expect(platform.policy(stranger, id)).rejects.toMatchObject(refused('NOT_FOUND'));
  });

  it('about scheduled actions: they are listed, deleted, and refused where they are past', async () => {
    const caller = newCaller();
    const { id } = await platform.create(caller);
    const add = (change: object) =>
      platform.rules.createScheduledAction(
        caller,
        id,
        CreateScheduledAction.parse({ name: 'noon', desired_count: 3, ...change }),
      );
    const action = await add({ cron: '0 12 * * *', time_zone: 'Europe/Berlin' });
    expect(await platform.rules.scheduledActions(caller, id)).toEqual([action]);
    const past = new Date(platform.clock.time - 1).toISOString();
    await expect(add({ name: 'past', at: past })).rejects.toMatchObject(refused('INVALID_INPUT', /^at/));
    await expect(add({ cron: '0 13 * * *' })).rejects.toMatchObject(refused('CONFLICT'));
    await platform.rules.deleteScheduledAction(caller, id, action.id);
    await expect(platform.rules.deleteScheduledAction(caller, id, action.id)).rejects.toMatchObject(
      refused('NOT_FOUND'),
    );
    expect(await platform.rules.scheduledActions(caller, id)).toEqual([]);
  });
});

describe('what a group says', () => {
  it('of its activities, a page at a time', async () => {
    const caller = newCaller();
    const { id } = await platform.create(caller);
    for (const desired_count of [3, 4, 5]) await platform.groups.update(caller, id, { desired_count });
    const page = (cursor?: string) =>
      platform.groups.activities(caller, id, { ...unpaged, paged: true, pageSize: 3, cursor });
    const first = await page();
    expect(first.items.map(({ to }) => to)).toEqual([5, 4, 3]);
    const second = await page(first.nextCursor);
    expect(second.items.map(({ cause }) => cause)).toEqual(['the group was created']);
    expect(second.nextCursor).toBeUndefined();
    await expect(page('x')).rejects.toMatchObject(refused('INVALID_INPUT', /^cursor/));
    await expect(platform.groups.activities(newCaller(), id, unpaged)).rejects.toMatchObject(
      refused('NOT_FOUND'),
    );
  });

  it('of its instances: state, health, protection', async () => {
    const caller = newCaller();
    const { id } = await platform.create(caller);
    await platform.look(caller, id);
    const states = async () =>
      (await platform.members.list(caller, id)).map((one) => [one.lifecycle_state, one.health]);
    expect(await states()).toEqual([
      ['PENDING', 'HEALTHY'],
      ['PENDING', 'HEALTHY'],
    ]);
    await platform.settle(caller, id);
    expect(await states()).toEqual([
      ['IN_SERVICE', 'HEALTHY'],
      ['IN_SERVICE', 'HEALTHY'],
    ]);
    const [first] = await platform.instancesOf(caller, id);
    await platform.become(first as never, { status: 'ERROR', status_reason: 'it broke' });
    expect(await platform.members.list(caller, id)).toContainEqual(
      expect.objectContaining({ instance_id: first?.id, health: 'UNHEALTHY', reason: 'it broke' }),
    );
    await expect(
      platform.members.protect(caller, id, randomUUID(), { protected: true }),
    ).rejects.toMatchObject(refused('NOT_FOUND'));
    expect(currentCount(await platform.get(caller, id))).toBe(2);
  });
});
