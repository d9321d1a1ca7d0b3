import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { CreateQueue, UpdateQueue } from '../../../../lib/services/queues/schema.ts';
import { refOf } from '../../../../lib/services/queues/settings.ts';
import { type SqsCloud, startFauxqs } from '../../../conformance/messaging/fauxqs-cloud.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { newCaller } from '../instances/harness.ts';
import { Deadly, openQueues } from './harness.ts';

const { signal } = new AbortController();
const one = { max_messages: 1, wait_seconds: 0 };

let database: TestTables;
let cloud: Awaited<ReturnType<typeof startFauxqs>>;
let platform: ReturnType<typeof openQueues>;

beforeAll(async () => {
  [database, cloud] = await Promise.all([startTables(), startFauxqs()]);
  platform = openQueues(database.tables, cloud satisfies SqsCloud);
});
afterAll(() => Promise.all([database?.stop(), cloud?.stop()]));

const create = (caller: Caller, name: string, more: object = {}) =>
  platform.queues.create(caller, CreateQueue.parse({ name, ...more }));
const recordOf = async ({ principal }: Caller, id: string) =>
  platform.store.find(principal.tenant, id, { tombstones: true });
const isThere = async (caller: Caller, id: string, fifo = false) =>
  platform.messaging.exists({ id, tenant: caller.principal.tenant, fifo }, signal);
const attributesOf = (id: string) =>
  (cloud.queues as unknown as { depths(): Record<string, unknown> }).depths()[`the-cloud-test-t-${id}`];
const settle = (caller: Caller, id: string) => platform.settle(caller.principal.tenant, id);

/** The life of a queue as the worker sees it: what is asked for, and what must hold at the end. */
const flows: [string, (caller: Caller) => Promise<{ id: string; holds(): Promise<void> }>][] = [
  [
    'the making of a queue with dead letters',
    async (caller) => {
      const dead = await create(caller, 'dead');
      const { id } = await create(caller, 'live', { dead_letter_queue_id: dead.id, max_receive_count: 2 });
      return {
        id,
        holds: async () => {
          expect([await isThere(caller, id), await isThere(caller, dead.id)]).toEqual([true, true]);
          expect(await recordOf(caller, id)).toMatchObject({ status: 'ACTIVE' });
          expect((await recordOf(caller, id))?.applied).toContain(dead.id);
        },
      };
    },
  ],
  [
    'a change of its settings',
    async (caller) => {
      const { id } = await create(caller, 'changed');
      await settle(caller, id);
      await platform.queues.update(caller, id, UpdateQueue.parse({ delay_seconds: 900 }));
      return {
        id,
        holds: async () => {
          await platform.messages.send(caller, id, { body: 'x' });
          expect(attributesOf(id)).toEqual({ ready: 0, delayed: 1, inFlight: 0 });
        },
      };
    },
  ],
  [
    'the end of a queue',
    async (caller) => {
      const { id } = await create(caller, 'ended');
      await settle(caller, id);
      await platform.queues.delete(caller, id);
      return {
        id,
        holds: async () => {
          expect(await isThere(caller, id)).toBe(false);
          expect(await recordOf(caller, id)).toBeUndefined();
        },
      };
    },
  ],
  [
    'the return of dead letters',
    async (caller) => {
      const dead = await create(caller, 'dead');
      const { id } = await create(caller, 'live', { dead_letter_queue_id: dead.id, max_receive_count: 2 });
      for (const queue of [dead.id, id]) await settle(caller, queue);
      for (let i = 0; i < 12; i++) await platform.messages.send(caller, dead.id, { body: `letter ${i}` });
      await platform.queues.redrive(caller, id);
      return {
        id,
        holds: async () => {
          const bodies = new Set<string>();
          for (let batch = 0; batch < 5; batch++)
            for (const { body } of await platform.receiving.receive(caller, id, {
              max_messages: 10,
              wait_seconds: 0,
            }))
              bodies.add(body);
          // Those that were received when it died are hidden for a minute, and none is gone.
          const { ready, inFlight } = await platform.messaging.counts(
            { id: dead.id, tenant: caller.principal.tenant, fifo: false },
            signal,
          );
          expect(bodies.size + ready + inFlight).toBeGreaterThanOrEqual(12);
        },
      };
    },
  ],
];

describe.each(flows)('%s', (_, begin) => {
  it('comes about, and nothing is left to do', async () => {
    const caller = newCaller();
    const { id, holds } = await begin(caller);
    expect(['converged', 'forgotten']).toContain(await settle(caller, id));
    await holds();
    expect(['at rest', 'absent']).toContain(await platform.look(caller.principal.tenant, id));
  });

  it.each(['before', 'after'] as const)(
    'comes about when the worker dies %s the effect of any of its calls',
    async (when) => {
      let calls = Number.POSITIVE_INFINITY;
      for (let at = 1; at <= calls; at++) {
        const caller = newCaller();
        const { id, holds } = await begin(caller);
        const deadly = new Deadly(at, when);
        await platform.look(caller.principal.tenant, id, deadly);
        if (deadly.calls < at) calls = deadly.calls;
        platform.clock.ahead += 60_000;
        await settle(caller, id);
        await holds();
      }
      expect(calls).toBeGreaterThan(0);
    },
  );
});

describe('a queue', () => {
  it('takes a message before the worker has made it, and the worker leaves that one be', async () => {
    const caller = newCaller();
    const { id } = await create(caller, 'early');
    const sent = await platform.messages.send(caller, id, { body: 'first' });
    await settle(caller, id);
    expect(await platform.receiving.receive(caller, id, one)).toMatchObject([{ id: sent.id }]);
  });

  it('is made anew by a send where somebody deleted it on SQS', async () => {
    const caller = newCaller();
    const { id } = await create(caller, 'lost');
    await settle(caller, id);
    cloud.queues.remove(`the-cloud-test-t-${id}`);
    expect(await platform.receiving.receive(caller, id, one)).toEqual([]);
    expect(await platform.queues.get(caller, id)).toMatchObject({ approximate_messages: 0 });
    await platform.messages.send(caller, id, { body: 'again' });
    expect(await platform.receiving.receive(caller, id, one)).toMatchObject([{ body: 'again' }]);
  });

  it('that a late send makes again after its delete is looked for, and goes too', async () => {
    const caller = newCaller();
    const { id } = await create(caller, 'late');
    const record = await recordOf(caller, id);
    await platform.queues.delete(caller, id);
    const { tenant } = caller.principal;
    expect(await platform.look(tenant, id)).toBe('waiting');
    // As a request does that had read the record before.
    if (record) await platform.messaging.ensure(refOf(record), { ...settings }, signal);
    expect(await settle(caller, id)).toBe('forgotten');
    expect(await isThere(caller, id)).toBe(false);
  });

  it('counts against the quota until it is gone, and its name is free at once', async () => {
    const caller = newCaller();
    const made = [];
    for (const name of ['a', 'b', 'c']) made.push(await create(caller, name));
    await expect(create(caller, 'd')).rejects.toMatchObject({ type: 'RESOURCE_LIMIT_EXCEEDED' });
    await expect(create(caller, 'a')).rejects.toMatchObject({ type: 'CONFLICT' });
    const [first] = made;
    await platform.queues.delete(caller, first?.id ?? '');
    await settle(caller, first?.id ?? '');
    expect(await create(caller, 'a')).toMatchObject({ name: 'a', status: 'ACTIVE' });
  });

  it('takes another of its tenant’s for dead letters only: not itself, not a stranger’s, not of the other sort', async () => {
    const [caller, stranger] = [newCaller(), newCaller()];
    const [own, fifo, theirs] = [
      await create(caller, 'own'),
      await create(caller, 'fifo', { fifo: true }),
      await create(stranger, 'theirs'),
    ];
    for (const dead_letter_queue_id of [own.id, fifo.id, theirs.id])
      await expect(
        platform.queues.update(
          caller,
          own.id,
          UpdateQueue.parse({ dead_letter_queue_id, max_receive_count: 1 }),
        ),
      ).rejects.toMatchObject({ issues: [{ path: 'dead_letter_queue_id' }] });
    await expect(
      platform.queues.update(caller, own.id, UpdateQueue.parse({ max_receive_count: 1 })),
    ).rejects.toMatchObject({ issues: [{ path: 'max_receive_count' }] });
    await expect(platform.queues.redrive(caller, own.id)).rejects.toMatchObject({ type: 'CONFLICT' });
  });

  it('keeps its messages when its dead-letter queue is gone', async () => {
    const caller = newCaller();
    const dead = await create(caller, 'dead');
    const { id } = await create(caller, 'live', { dead_letter_queue_id: dead.id, max_receive_count: 1 });
    await settle(caller, id);
    await platform.queues.delete(caller, dead.id);
    await settle(caller, dead.id);
    await platform.queues.update(caller, id, UpdateQueue.parse({ delay_seconds: 0, visibility_timeout: 1 }));
    expect(await settle(caller, id)).toBe('converged');
    expect((await recordOf(caller, id))?.applied).not.toContain(dead.id);
  });

  it('is purged once a minute, whoever asks', async () => {
    const caller = newCaller();
    const { id } = await create(caller, 'purged');
    await platform.queues.purge(caller, id);
    await expect(platform.queues.purge(caller, id)).rejects.toMatchObject({ type: 'RATE_LIMITED' });
    platform.clock.ahead += 60_000;
    await platform.queues.purge(caller, id);
    expect(await settle(caller, id)).toBe('converged');
    expect((await recordOf(caller, id))?.event).toMatchObject({ action: 'purge', phase: 'succeeded' });
  });
});

const settings = {
  visibilityTimeoutSeconds: 30,
  retentionSeconds: 86_400,
  maxMessageBytes: 1_024,
  delaySeconds: 0,
};
