import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { timeOf } from '../../../../lib/platform/ids.ts';
import { keptBodyBytes } from '../../../../lib/services/deliveries/log.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { Death, everything, type Notify, newCaller, openNotify } from './harness.ts';

let database: TestTables;

beforeAll(async () => {
  database = await startTables();
});
afterAll(() => database?.stop());

const hour = 3_600_000;
const down = { ok: false, status_code: 503, error: 'the endpoint answered 503' } as const;

/** A topic with one webhook. */
const opened = async (input: Parameters<Notify['subscribe']>[2] = {}) => {
  const notify = openNotify(database.tables);
  const caller = newCaller();
  const topic = await notify.topics.create(caller, { name: 'orders' });
  const subscription = await notify.subscribe(caller, topic.id, input);
  const publish = (message = 'hello', attributes?: Record<string, string>) =>
    notify.topics.publish(caller, topic.id, { message, attributes });
  const list = async () => (await notify.deliveries.list(caller, subscription.id, everything)).items;
  const shown = () => notify.subscriptions.get(caller, subscription.id);
  return { notify, caller, topic, subscription, publish, list, shown };
};

describe('a published message', () => {
  it('reaches a webhook once, under an id that stays, and is listed', async () => {
    const { notify, publish, list, subscription } = await opened();
    const { message_id } = await publish('{"n":1}');
    await notify.settle();
    expect(notify.received).toMatchObject([{ body: '{"n":1}', subscription: { id: subscription.id } }]);
    const [delivery] = await list();
    expect(delivery).toMatchObject({
      id: notify.received[0]?.delivery,
      message_id,
      subscription_id: subscription.id,
      status: 'DELIVERED',
      attempt_count: 1,
      attempts: [{ number: 1 }],
    });
    expect(notify.deliverQueue.entries).toEqual([]);
  });

  it('keeps every character, those that SQS takes not among them', async () => {
    const { notify, publish } = await opened();
    const text = 'tab\t nul-less \u0001 \ufffe \uffff 😀 "quoted"\r\n';
    await publish(text);
    await notify.settle();
    expect(notify.received[0]?.body).toBe(text);
  });

  it('reaches queues at once and 100 webhooks by one fan-out', async () => {
    const { notify, caller, topic, publish } = await opened();
    const queue = notify.ownQueue(caller);
    await notify.subscribe(caller, topic.id, { protocol: 'queue', endpoint: queue.toUpperCase() });
    for (let i = 1; i < 100; i++)
      await notify.subscribe(caller, topic.id, { endpoint: `https://${i}.example/hook` });
    await publish();
    expect(await notify.fanOutQueue.run(notify.fanOut())).toBe(1);
    expect(notify.received.map(({ subscription }) => subscription.endpoint)).toEqual([queue]);
    expect(notify.deliverQueue.entries).toHaveLength(100);
    await notify.settle();
    expect(new Set(notify.received.map(({ delivery }) => delivery)).size).toBe(101);
  });

  it('reaches only those whose policy it matches, and none that is disabled', async () => {
    const { notify, caller, topic, subscription, publish } = await opened({
      filter_policy: { event: ['paid'] },
    });
    const all = await notify.subscribe(caller, topic.id, { endpoint: 'https://all.example/' });
    await publish('no');
    await publish('yes', { event: 'paid' });
    await notify.settle();
    const bodies = (id: string) =>
      notify.received.filter((one) => one.subscription.id === id).map(({ body }) => body);
    expect(bodies(subscription.id)).toEqual(['yes']);
    expect(bodies(all.id).sort()).toEqual(['no', 'yes']);
    await notify.subscriptions.update(caller, all.id, { enabled: false });
    await publish('later');
    await notify.settle();
    expect(notify.received).toHaveLength(3);
  });

  it('has the same deliveries when it is fanned out twice, and webhooks are called once', async () => {
    const { notify, publish, list } = await opened();
    await publish();
    const [entry] = notify.fanOutQueue.entries;
    if (entry) notify.fanOutQueue.put(entry.message);
    await notify.settle();
    expect(notify.received).toHaveLength(1);
    expect(await list()).toHaveLength(1);
  });

  it('of a topic that was deleted meanwhile goes nowhere', async () => {
    const { notify, caller, topic, publish } = await opened();
    await publish();
    await notify.topics.delete(caller, topic.id);
    await notify.settle();
    expect(notify.received).toEqual([]);
    await expect(publish()).rejects.toMatchObject({ type: 'NOT_FOUND' });
  });

  it('that a queue can not take now is left to the delivery worker', async () => {
    const { notify, caller, topic } = await opened();
    const queue = notify.ownQueue(caller);
    const one = await notify.subscribe(caller, topic.id, { protocol: 'queue', endpoint: queue });
    let tries = 0;
    notify.answers(({ subscription }) =>
      subscription.id === one.id && ++tries <= 2 ? { ok: false, error: 'throttled' } : { ok: true },
    );
    await notify.topics.publish(caller, topic.id, { message: 'x' });
    await notify.settle();
    expect(tries).toBe(3);
    const { items } = await notify.deliveries.list(caller, one.id, everything);
    expect(items).toMatchObject([{ status: 'DELIVERED', attempt_count: 2 }]);
  });
});

describe('a webhook that fails', () => {
  it('is tried again until it takes the message, with pauses that grow', async () => {
    const { notify, publish, list, shown } = await opened();
    let tries = 0;
    notify.answers(() => (++tries < 4 ? down : { ok: true, status_code: 204 }));
    await publish();
    await notify.settle();
    const [delivery] = await list();
    expect(delivery).toMatchObject({ status: 'DELIVERED', attempt_count: 4 });
    expect(delivery?.attempts.map(({ status_code }) => status_code)).toEqual([503, 503, 503, 204]);
    expect(delivery?.attempts[0]?.error).toBe('the endpoint answered 503');
    expect(delivery?.next_attempt_at).toBeUndefined();
    expect(await shown()).toMatchObject({ status: 'ACTIVE' });
    expect((await shown()).failing_since).toBeUndefined();
  });

  it('is tried again when it asked for it, and not before', async () => {
    const { notify, publish } = await opened();
    let wanted = 0;
    notify.answers(() => {
      if (wanted > 0) return { ok: true };
      wanted = notify.clock.now() + 2 * hour;
      return { ...down, retry_at: wanted };
    });
    await publish();
    await notify.settle();
    expect(notify.received).toHaveLength(2);
    const late = (notify.received[1]?.at ?? 0) - wanted;
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(60_000);
  });

  it('is told the attributes at each attempt, also at one by hand', async () => {
    const { notify, caller, subscription, topic, list } = await opened();
    notify.answers(() => ({ ...down, final: 'message' }));
    for (const message of ['short', 'x'.repeat(keptBodyBytes + 1)])
      await notify.topics.publish(caller, topic.id, { message, attributes: { event: 'é', n: 1 } });
    await notify.settle();
    for (const { id } of await list()) await notify.deliveries.resend(caller, subscription.id, id);
    await notify.settle();
    const told = notify.received.map(({ attributes }) => attributes);
    expect(told).toEqual(Array(4).fill('{"event":"\\u00e9","n":1}'));
  });

  it('is told no attributes where they are more than a header holds', async () => {
    const { notify, caller, topic } = await opened();
    const many = Object.fromEntries(Array.from({ length: 5 }, (_, n) => [`a${n}`, 'x'.repeat(1_000)]));
    await notify.topics.publish(caller, topic.id, { message: 'x', attributes: many });
    await notify.settle();
    expect(notify.received.map(({ attributes }) => attributes)).toEqual([undefined]);
  });

  it('is given up after a day, and takes no more until its owner enables it', async () => {
    const { notify, caller, publish, list, shown, subscription } = await opened();
    notify.answers(() => down);
    await publish('x'.repeat(keptBodyBytes + 1));
    const began = notify.clock.now();
    await notify.settle();
    const [delivery] = await list();
    expect(delivery?.status).toBe('FAILED');
    const last = Date.parse(delivery?.attempts.at(-1)?.at ?? '');
    expect(last - began).toBeGreaterThan(23.9 * hour);
    expect(last - began).toBeLessThan(24.2 * hour);
    expect(delivery?.attempt_count).toBeGreaterThan(15);
    const disabled = await shown();
    expect(disabled).toMatchObject({ status: 'DISABLED' });
    expect(disabled.disabled_reason).toContain('failed for a day');

    await publish('lost');
    await notify.settle();
    expect(await list()).toHaveLength(1);
    await expect(notify.deliveries.resend(caller, subscription.id, delivery?.id ?? '')).rejects.toMatchObject(
      { type: 'CONFLICT' },
    );

    notify.answers(() => ({ ok: true, status_code: 200 }));
    const enabled = await notify.subscriptions.update(caller, subscription.id, { enabled: true });
    expect(enabled).toMatchObject({ status: 'ACTIVE' });
    expect(enabled.failing_since).toBeUndefined();
    notify.clock.ahead += 10 * 60_000;
    await notify.deliveries.resend(caller, subscription.id, delivery?.id ?? '');
    await notify.settle();
    expect(notify.received.at(-1)).toMatchObject({
      body: 'x'.repeat(keptBodyBytes + 1),
      delivery: delivery?.id,
    });
    expect((await list())[0]).toMatchObject({ status: 'DELIVERED' });
  });

  it('is left alone while its circuit is open, and asked by one probe after that', async () => {
    const { notify, publish } = await opened();
    notify.answers(() => down);
    for (let i = 0; i < 20; i++) await publish(String(i));
    await notify.fanOutQueue.run(notify.fanOut());
    const began = notify.clock.now();
    await notify.deliverQueue.run(notify.deliverer(), 25_000);
    expect(notify.received).toHaveLength(5);
    await notify.deliverQueue.run(notify.deliverer(), 90_000);
    const probes = notify.received.slice(5).filter(({ at }) => at - began < 95_000);
    expect(probes.length).toBeGreaterThanOrEqual(1);
    expect(probes.length).toBeLessThanOrEqual(3);
    notify.answers(() => ({ ok: true }));
    await notify.settle();
    expect(new Set(notify.received.map(({ delivery }) => delivery)).size).toBe(20);
    expect(notify.deliverQueue.entries).toEqual([]);
  });

  it('delays no other webhook of the topic', async () => {
    const { notify, caller, topic, publish, subscription } = await opened();
    await notify.subscribe(caller, topic.id, { endpoint: 'https://well.example/' });
    notify.answers((over) => (over.subscription.id === subscription.id ? down : { ok: true }));
    for (let i = 0; i < 10; i++) await publish(String(i));
    await notify.fanOutQueue.run(notify.fanOut());
    await notify.deliverQueue.run(notify.deliverer(), 0);
    const well = notify.received.filter(({ subscription: { endpoint } }) => endpoint.includes('well'));
    expect(well).toHaveLength(10);
  });

  it('and says that it is gone is disabled at once, and what waits for it is given up', async () => {
    const { notify, publish, list, shown } = await opened();
    notify.answers(() => ({
      ok: false,
      status_code: 410,
      error: 'the endpoint answered 410',
      final: 'subscription',
    }));
    await publish('a');
    await publish('b');
    await notify.settle();
    expect(notify.received).toHaveLength(1);
    expect(await shown()).toMatchObject({
      status: 'DISABLED',
      disabled_reason: 'the endpoint answered 410',
    });
    const reasons = (await list()).map(({ status, attempts }) => [status, attempts[0]?.error]);
    expect(reasons).toEqual([
      ['FAILED', 'the subscription is disabled'],
      ['FAILED', 'the endpoint answered 410'],
    ]);
  });
});

describe('a subscription that others write to during an attempt', () => {
  it('is disabled all the same', async () => {
    const { notify, caller, subscription, publish, shown } = await opened();
    notify.answers(async () => {
      await notify.subscriptions.update(caller, subscription.id, { filter_policy: null });
      return { ok: false, error: 'gone', final: 'subscription' };
    });
    await publish();
    await notify.settle();
    expect(await shown()).toMatchObject({ status: 'DISABLED', disabled_reason: 'gone' });
  });

  it('is no longer called failing after a success', async () => {
    const { notify, caller, subscription, publish, shown } = await opened();
    notify.answers(() => down);
    await publish();
    await notify.settle(0);
    expect((await shown()).failing_since).toBeDefined();
    notify.answers(async () => {
      await notify.subscriptions.update(caller, subscription.id, { filter_policy: null });
      return { ok: true };
    });
    await notify.settle();
    expect((await shown()).failing_since).toBeUndefined();
  });
});

describe('sending again by hand', () => {
  it('delivers the same once more, also while it is being retried, and leaves one row of attempts', async () => {
    const { notify, caller, subscription, publish, list } = await opened();
    notify.answers(() => down);
    await publish();
    await notify.settle(1_000);
    const [delivery] = await list();
    expect(delivery?.status).toBe('RETRYING');
    notify.answers(() => ({ ok: true }));
    await notify.deliveries.resend(caller, subscription.id, delivery?.id ?? '');
    await notify.settle();
    expect(notify.received).toHaveLength((delivery?.attempt_count ?? 0) + 1);
    expect((await list())[0]).toMatchObject({ status: 'DELIVERED' });
    expect(notify.deliverQueue.entries).toEqual([]);
  });

  it('is refused for an unknown delivery, for that of another subscription, and for a long text that arrived', async () => {
    const { notify, caller, topic, subscription, publish, list } = await opened();
    const resend = (whose: Caller, id: string, delivery: string) =>
      notify.deliveries.resend(whose, id, delivery);
    await publish('y'.repeat(keptBodyBytes + 1));
    await notify.settle();
    const id = (await list())[0]?.id ?? '';
    await expect(resend(caller, subscription.id, id)).rejects.toMatchObject({ type: 'CONFLICT' });
    await expect(resend(caller, subscription.id, topic.id)).rejects.toMatchObject({ type: 'NOT_FOUND' });
    await expect(resend(newCaller(), subscription.id, id)).rejects.toMatchObject({ type: 'NOT_FOUND' });
    const other = await notify.subscribe(caller, topic.id, { endpoint: 'https://other.example/' });
    await expect(resend(caller, other.id, id)).rejects.toMatchObject({ type: 'NOT_FOUND' });
  });
});

describe('the list of deliveries', () => {
  it('comes newest first, in pages that go on with a cursor, to its owner alone', async () => {
    const { notify, caller, subscription, publish } = await opened();
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.unshift((await publish(String(i))).message_id);
    await notify.settle();
    const page = (cursor?: string) =>
      notify.deliveries.list(caller, subscription.id, { ...everything, paged: true, pageSize: 2, cursor });
    const first = await page();
    const second = await page(first.nextCursor);
    const third = await page(second.nextCursor);
    const listed = [first, second, third].flatMap(({ items }) => items.map((one) => one.message_id));
    expect(listed.toSorted()).toEqual(ids.toSorted());
    // Those of one millisecond have no order.
    expect(listed.map(timeOf)).toEqual(ids.map(timeOf));
    expect(third.nextCursor).toBeUndefined();
    await expect(page('nonsense')).rejects.toMatchObject({ type: 'INVALID_INPUT' });
    await expect(notify.deliveries.list(newCaller(), subscription.id, everything)).rejects.toMatchObject({
      type: 'NOT_FOUND',
    });
  });
});

describe('a worker that dies', () => {
  const failuresFirst = 2;

  /** How many effects an undisturbed worker has until the message has arrived. */
  const undisturbed = async () => {
    const { notify, publish } = await opened();
    let tries = 0;
    notify.answers(() => (++tries <= failuresFirst ? down : { ok: true }));
    await publish();
    await notify.fanOutQueue.run(notify.fanOut());
    const death = new Death();
    await notify.deliverQueue.run(notify.deliverer(death));
    return death.effects;
  };

  it('at any step of a delivery loses nothing, and leaves one row of attempts', async () => {
    const effects = await undisturbed();
    expect(effects).toBeGreaterThan(8);
    for (let at = 1; at <= effects; at++) {
      for (const when of ['before', 'after'] as const) {
        const { notify, publish, list } = await opened();
        let tries = 0;
        notify.answers(() => (++tries <= failuresFirst ? down : { ok: true }));
        await publish();
        await notify.fanOutQueue.run(notify.fanOut());
        const dying = notify.deliverer(new Death(at, when));
        let isDead = false;
        await notify.deliverQueue.run(async (message) => {
          if (isDead) return notify.deliverer()(message);
          return dying(message).catch((error: unknown) => {
            isDead = true;
            throw error;
          });
        });
        const label = `step ${at}, ${when}`;
        expect(isDead, label).toBe(true);
        expect(notify.deliverQueue.entries, label).toEqual([]);
        const [delivery, ...others] = await list();
        expect(others, label).toEqual([]);
        expect(delivery, label).toMatchObject({ status: 'DELIVERED' });
        // One call more than needed where the worker died between a call and its note.
        expect(notify.received.length, label).toBeLessThanOrEqual(failuresFirst + 2);
        expect(new Set(notify.received.map((one) => one.delivery)).size, label).toBe(1);
      }
    }
  });

  it('at any step of a fan-out loses nothing', async () => {
    for (let at = 1; at <= 3; at++) {
      for (const when of ['before', 'after'] as const) {
        const { notify, caller, topic, publish } = await opened();
        await notify.subscribe(caller, topic.id, { endpoint: 'https://b.example/' });
        const queue = notify.ownQueue(caller);
        await notify.subscribe(caller, topic.id, { protocol: 'queue', endpoint: queue });
        await publish();
        const dying = notify.fanOut(new Death(at, when));
        let isDead = false;
        await notify.fanOutQueue.run((message) => {
          if (isDead) return notify.fanOut()(message);
          isDead = true;
          return dying(message);
        });
        await notify.settle();
        const endpoints = notify.received.map(({ subscription: { endpoint } }) => endpoint);
        const webhooks = endpoints.filter((endpoint) => endpoint !== queue).sort();
        expect(webhooks, `step ${at}, ${when}`).toEqual(['https://a.example/', 'https://b.example/']);
        expect(endpoints.filter((endpoint) => endpoint === queue).length).toBeGreaterThanOrEqual(1);
      }
    }
  });
});
