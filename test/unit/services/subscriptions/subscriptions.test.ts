import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createQuotas } from '../../../../lib/services/quotas/service.ts';
import { subscriptionsOf } from '../../../../lib/services/subscriptions/of-topic.ts';
import { openSecrets } from '../../../../lib/services/subscriptions/secrets.ts';
import { costOf, startTables, type TestTables } from '../../../support/tables.ts';
import { everything, limits, newCaller, openNotify } from '../deliveries/harness.ts';

let database: TestTables;

beforeAll(async () => {
  database = await startTables();
});
afterAll(() => database?.stop());

const opened = async () => {
  const notify = openNotify(database.tables);
  const caller = newCaller();
  const topic = await notify.topics.create(caller, { name: 'orders' });
  const list = async () => (await notify.subscriptions.list(caller, topic.id, everything)).items;
  return { notify, caller, topic, list };
};

describe('a topic', () => {
  it('has the ARN of the contract, and a name of its own within the tenant', async () => {
    const { notify, caller, topic } = await opened();
    expect(topic.arn).toBe(`arn:thecloud:notify:local:${caller.principal.user}:topic/orders`);
    await expect(notify.topics.create(caller, { name: 'orders' })).rejects.toMatchObject({
      type: 'CONFLICT',
    });
    await expect(notify.topics.create(newCaller(), { name: 'orders' })).resolves.toMatchObject({
      name: 'orders',
    });
  });

  it('takes its subscriptions along, and gives back what they took of the quotas', async () => {
    const { notify, caller, topic, list } = await opened();
    for (let i = 0; i < 12; i++)
      await notify.subscribe(caller, topic.id, { endpoint: `https://${i}.example/` });
    const ids = (await list()).map(({ id }) => id);
    expect(await notify.topics.delete(caller, topic.id)).toEqual({ message: 'topic deleted' });
    await expect(list()).rejects.toMatchObject({ type: 'NOT_FOUND' });
    await notify.look(caller, 'TOPIC', topic.id);
    for (const id of ids)
      await expect(notify.subscriptions.get(caller, id)).rejects.toMatchObject({ type: 'NOT_FOUND' });
    for (const id of ids) await notify.look(caller, 'SUBSCRIPTION', id);
    await notify.look(caller, 'TOPIC', topic.id);
    const uses = await createQuotas({ tables: database.tables, limits }).list(caller.principal.tenant);
    expect(uses.map(({ resource, used }) => [resource, used])).toEqual([
      ['topics', 0],
      ['subscriptions', 0],
    ]);
  });

  it('that goes while somebody subscribes takes that subscription along as well', async () => {
    const { notify, caller, topic } = await opened();
    const late = await notify.subscribe(caller, topic.id, {});
    const record = await notify.stores.TOPIC.get(caller.principal.tenant, topic.id);
    await notify.topics.delete(caller, topic.id);
    // As if the topic's reconciler had looked before the subscription was there.
    const gone = await notify.stores.TOPIC.find(record.tenant, record.id, { tombstones: true });
    if (gone) await notify.stores.TOPIC.forget(gone, { topics: 1 });
    await notify.look(caller, 'SUBSCRIPTION', late.id);
    await expect(notify.subscriptions.get(caller, late.id)).rejects.toMatchObject({ type: 'NOT_FOUND' });
  });
});

describe('subscribing', () => {
  it('the same endpoint twice is a conflict, be it written otherwise; to another topic it is not', async () => {
    const { notify, caller, topic } = await opened();
    const queue = notify.ownQueue(caller);
    const first = await notify.subscribe(caller, topic.id, { protocol: 'queue', endpoint: queue });
    expect(first).toMatchObject({ endpoint: queue, status: 'ACTIVE' });
    expect(first.signing_secret).toBeUndefined();
    await expect(
      notify.subscribe(caller, topic.id, { protocol: 'queue', endpoint: `{${queue.toUpperCase()}}` }),
    ).rejects.toMatchObject({ type: 'CONFLICT', message: expect.not.stringContaining('name') });
    const other = await notify.topics.create(caller, { name: 'other' });
    await expect(
      notify.subscribe(caller, other.id, { protocol: 'queue', endpoint: queue }),
    ).resolves.toMatchObject({ topic_id: other.id });
    await notify.subscriptions.delete(caller, first.id);
    await expect(
      notify.subscribe(caller, topic.id, { protocol: 'queue', endpoint: queue }),
    ).resolves.toMatchObject({ endpoint: queue });
  });

  it.each([
    ['a queue that is no UUID', { protocol: 'queue', endpoint: 'orders' }, 'INVALID_INPUT'],
    ['a queue that is not there', { protocol: 'queue', endpoint: crypto.randomUUID() }, 'NOT_FOUND'],
    ['a URL that can only be forbidden', { protocol: 'webhook', endpoint: 'ftp://x' }, 'INVALID_INPUT'],
  ] as const)('%s is refused', async (_, input, type) => {
    const { notify, caller, topic } = await opened();
    await expect(notify.subscribe(caller, topic.id, input)).rejects.toMatchObject({ type });
  });

  it('another tenant’s queue, or to another tenant’s topic, finds nothing', async () => {
    const { notify, caller, topic } = await opened();
    const stranger = newCaller();
    const theirs = notify.ownQueue(stranger);
    await expect(
      notify.subscribe(caller, topic.id, { protocol: 'queue', endpoint: theirs }),
    ).rejects.toMatchObject({ type: 'NOT_FOUND' });
    await expect(notify.subscribe(stranger, topic.id, {})).rejects.toMatchObject({ type: 'NOT_FOUND' });
  });

  it('more than the quota allows is refused', async () => {
    const { notify, caller, topic } = await opened();
    const tight = openNotify(database.tables);
    await createQuotas({ tables: database.tables, limits }).set(
      caller,
      caller.principal.tenant,
      { subscriptions: 1 },
      () => undefined,
    );
    await tight.subscribe(caller, topic.id, {});
    await expect(
      notify.subscribe(caller, topic.id, { endpoint: 'https://b.example/' }),
    ).rejects.toMatchObject({ type: 'RESOURCE_LIMIT_EXCEEDED' });
  });
});

describe('a signing secret', () => {
  it('is shown when it is made, sealed in the record, and nowhere else', async () => {
    const { notify, caller, topic, list } = await opened();
    const { id, signing_secret } = await notify.subscribe(caller, topic.id, {});
    expect(signing_secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const record = await notify.stores.SUBSCRIPTION.get(caller.principal.tenant, id);
    expect(record.secret).toBe(`sealed ${signing_secret}`);
    expect(JSON.stringify({ ...record, secret: '' })).not.toContain(signing_secret);
    expect((await list())[0]).not.toHaveProperty('signing_secret');
  });

  it('signs for a day beside the one that replaces it', async () => {
    const { notify, caller, topic } = await opened();
    const { id, signing_secret } = await notify.subscribe(caller, topic.id, {});
    const rotated = await notify.subscriptions.rotateSecret(caller, id);
    const record = await notify.stores.SUBSCRIPTION.get(caller.principal.tenant, id);
    const secretsAt = (now: number) => openSecrets(notify.sealer, record, now, caller.signal);
    const end = Date.parse(rotated.previous_valid_until);
    expect(await secretsAt(end - 1)).toEqual([rotated.signing_secret, signing_secret]);
    expect(await secretsAt(end)).toEqual([rotated.signing_secret]);
    expect(rotated.signing_secret).not.toBe(signing_secret);
  });

  it('is none of a queue’s', async () => {
    const { notify, caller, topic } = await opened();
    const endpoint = notify.ownQueue(caller);
    const { id } = await notify.subscribe(caller, topic.id, { protocol: 'queue', endpoint });
    await expect(notify.subscriptions.rotateSecret(caller, id)).rejects.toMatchObject({
      type: 'INVALID_INPUT',
    });
  });
});

describe('the subscriptions of a topic', () => {
  it('are read by what keeps endpoints unique, and cost what they weigh', async () => {
    const { notify, caller, topic } = await opened();
    const other = await notify.topics.create(caller, { name: 'other' });
    for (let i = 0; i < 20; i++) {
      await notify.subscribe(caller, topic.id, { endpoint: `https://${i}.example/` });
      await notify.subscribe(caller, other.id, { endpoint: `https://${i}.example/` });
    }
    const { tenant } = caller.principal;
    const read = () => subscriptionsOf(database.tables, tenant, topic.id, { consistent: false });
    const found = await read();
    expect(found.map(({ topic_id }) => topic_id)).toEqual(Array(20).fill(topic.id));
    const { readUnits } = await costOf(database, read);
    expect(readUnits).toBeLessThanOrEqual(12);
  });

  it('are listed newest first, searched and paged', async () => {
    const { notify, caller, topic } = await opened();
    for (const name of ['a', 'b', 'c'])
      await notify.subscribe(caller, topic.id, { endpoint: `https://${name}.example/` });
    const request = { ...everything, paged: true, pageSize: 2, page: 1 };
    const page = await notify.subscriptions.list(caller, topic.id, request);
    expect(page.items.map(({ endpoint }) => endpoint)).toEqual(['https://c.example/', 'https://b.example/']);
    expect(page.page?.total).toBe(3);
    const searched = await notify.subscriptions.list(caller, topic.id, { ...request, q: 'A.EXAMPLE' });
    expect(searched.items).toHaveLength(1);
  });
});
