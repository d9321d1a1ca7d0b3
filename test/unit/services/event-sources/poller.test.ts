import { beforeEach, describe, expect, it } from 'vitest';
import { createHeldBatches } from '../../../../lib/services/event-sources/held.ts';
import { createPoller, type Polled } from '../../../../lib/services/event-sources/poller.ts';
import type { EventSourceRecord } from '../../../../lib/services/event-sources/service.ts';
import { InvocationTask } from '../../../../lib/services/functions/invocation-task.ts';
import { type FunctionRecord, maxPayloadBytes } from '../../../../lib/services/functions/service.ts';
import {
  QueueAbsent,
  type QueueRecord,
  type ReceivedMessage,
} from '../../../../lib/services/queues/service.ts';

const signal = new AbortController().signal;
const queue = {
  id: 'q',
  tenant: 't',
  user_id: 't',
  visibility_timeout: 45,
  receipt_key: Buffer.alloc(32).toString('base64'),
} as QueueRecord;
const owner = { id: 'f', tenant: 't', timeout: 30, code: { model: 'handler' } } as FunctionRecord;
const source = {
  id: 's',
  tenant: 't',
  batch_size: 10,
  report_batch_item_failures: true,
} as EventSourceRecord;

/** A queue and a clock of the test's own: what it has is given out, one batch with each receive. */
const open = (batches: string[][]) => {
  let now = Date.UTC(2030, 0, 1);
  let serial = 0;
  const sent: InvocationTask[] = [];
  const shown: string[] = [];
  const hidden: [string, number][] = [];
  const waits: number[] = [];
  const inFlight: number[] = [];
  let sends = Number.POSITIVE_INFINITY;
  const poll = createPoller({
    messaging: {
      receive: async (_, { maximum, waitSeconds, visibilityTimeoutSeconds }) => {
        waits.push(waitSeconds);
        expect(visibilityTimeoutSeconds).toBe(330);
        const bodies = batches.shift() ?? [];
        expect(bodies.length).toBeLessThanOrEqual(maximum);
        now += bodies.length > 0 ? 10 : waitSeconds * 1_000;
        return bodies.map(
          (body): ReceivedMessage => ({
            id: `m${serial}`,
            handle: `h${serial++}`,
            body,
            receivedCount: 1,
            sentAt: now,
          }),
        );
      },
      counts: async () => ({ ready: 0, delayed: 0, inFlight: inFlight.shift() ?? 0 }),
      hide: async (_, handles, seconds) => {
        for (const handle of handles) hidden.push([handle, seconds]);
        return handles.map(() => true);
      },
    },
    send: async (task) => {
      if (sends-- <= 0) throw new Error('SQS has failed');
      sent.push(InvocationTask.parse(JSON.parse(JSON.stringify(task))));
    },
    invocations: {
      accept: async (_, { status }) => {
        shown.push(status);
      },
      write: async (_, { status, logs }) => {
        shown.push(`${status} ${logs}`);
        return true;
      },
    },
    clock: { now: () => now },
    newId: () => `i${sent.length}`,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
    log: { warn: () => undefined },
  });
  return {
    sent,
    shown,
    hidden,
    waits,
    inFlight,
    failAfter: (count: number) => {
      sends = count;
    },
    poll: (change: Partial<Polled> = {}) => poll({ source, queue, owner, active: false, ...change }, signal),
  };
};

describe('a look at a queue', () => {
  it('that is idle and empty takes one second, and asks for nothing else', async () => {
    const { poll, waits, sent } = open([]);
    expect(await poll()).toBe(0);
    expect([waits, sent]).toEqual([[1], []]);
  });

  it('that is in use waits for messages until its time is over', async () => {
    const { poll, waits } = open([]);
    expect(await poll({ active: true })).toBe(0);
    expect(waits).toEqual([8]);
  });

  it('hands each batch over with what holds its messages, and goes on as long as there are some', async () => {
    const { poll, sent, shown, hidden } = open([['a', 'b'], ['c']]);
    expect(await poll()).toBe(3);
    expect(sent).toHaveLength(2);
    expect(sent[0]).toMatchObject({
      tenant: 't',
      function_id: 'f',
      invocation_id: 'i0',
      attempt: 1,
      batch: {
        source_id: 's',
        queue_id: 'q',
        reports: true,
        messages: [
          { id: 'm0', handle: 'h0' },
          { id: 'm1', handle: 'h1' },
        ],
      },
    });
    const { Records } = JSON.parse(Buffer.from(sent[0]?.payload ?? '', 'base64').toString());
    expect(Records.map(({ body }: { body: string }) => body)).toEqual(['a', 'b']);
    expect(shown).toEqual(['PENDING', 'PENDING']);
    expect(hidden).toEqual([]);
  });

  it('asks no program for failures of its own', async () => {
    const { poll, sent } = open([['a']]);
    await poll({ owner: { ...owner, code: { ...owner.code, model: 'process' } } });
    expect(sent[0]?.batch?.reports).toBe(false);
  });

  it('takes no more while fifty messages are being dealt with', async () => {
    const { poll, inFlight, waits } = open([['a']]);
    inFlight.push(...Array.from({ length: 100 }, () => 50));
    expect(await poll({ active: true })).toBe(0);
    expect(waits).toEqual([]);
  });

  it('gives back at once what it could not hand over', async () => {
    const big = 'x'.repeat(maxPayloadBytes - 2_000);
    const { poll, failAfter, sent, hidden } = open([[big, big, big]]);
    failAfter(1);
    await expect(poll()).rejects.toThrow('SQS has failed');
    expect(sent).toHaveLength(1);
    expect(hidden).toEqual([
      ['h1', 0],
      ['h2', 0],
    ]);
  });

  it('shows a message that no function can take as an invocation that FAILED, and leaves it to the dead letters', async () => {
    const { poll, sent, shown, hidden } = open([['x'.repeat(maxPayloadBytes), 'small']]);
    expect(await poll()).toBe(2);
    expect(sent).toHaveLength(1);
    expect(shown).toEqual([
      'PENDING',
      expect.stringMatching(/^FAILED The event of message m0 has more than/),
    ]);
    expect(hidden).toEqual([['h0', 45]]);
  });

  it('keeps to one event of a FIFO queue, and gives back what has to wait for it', async () => {
    const big = 'x'.repeat(maxPayloadBytes - 2_000);
    const { poll, sent, hidden } = open([[big, big, 'c']]);
    await poll({ queue: { ...queue, fifo: true } });
    expect(sent.map(({ batch }) => batch?.messages.length)).toEqual([1]);
    expect(hidden).toEqual([
      ['h1', 0],
      ['h2', 0],
    ]);
  });
});

describe('the messages of a batch', () => {
  const batch = {
    source_id: 's',
    queue_id: 'q',
    reports: true,
    messages: [
      { id: 'a', handle: 'A' },
      { id: 'b', handle: 'B' },
    ],
  };
  let done: string[];
  let lost: Set<string>;
  let gone: 'record' | 'queue' | undefined;
  beforeEach(() => {
    done = [];
    lost = new Set();
    gone = undefined;
  });
  const held = createHeldBatches({
    messaging: {
      hide: async (_, handles, seconds) => {
        if (gone === 'queue') throw new QueueAbsent();
        done.push(`hide ${handles.join()} ${seconds}`);
        return handles.map((handle) => !lost.has(handle));
      },
      remove: async (_, handles) => {
        done.push(`remove ${handles.join()}`);
        return handles.map(() => true);
      },
    },
    queues: { find: async () => (gone === 'record' ? undefined : queue) },
  });

  it('are held while their function runs', async () => {
    expect(await held.hold('t', batch, 330, signal)).toBe(true);
    expect(done).toEqual(['hide A,B 330']);
  });

  it('go back together where one has', async () => {
    lost.add('A');
    expect(await held.hold('t', batch, 330, signal)).toBe(false);
    expect(done).toEqual(['hide A,B 330', 'hide B 0']);
  });

  it.each(['record', 'queue'] as const)('are gone with the %s', async (what) => {
    gone = what;
    expect(await held.hold('t', batch, 330, signal)).toBe(false);
    await held.settle('t', batch, { ok: false }, signal);
    expect(done).toEqual([]);
  });

  it('come back after a quarter of an hour at most', async () => {
    const slow = createHeldBatches({
      messaging: {
        hide: async (_, handles, seconds) => {
          done.push(`hide ${seconds}`);
          return handles.map(() => true);
        },
        remove: async () => [],
      },
      queues: { find: async () => ({ ...queue, visibility_timeout: 43_200 }) },
    });
    await slow.settle('t', batch, { ok: false }, signal);
    expect(done).toEqual(['hide 900']);
  });

  it.each([
    ['are deleted', { ok: true, result: 'null' }, ['remove A,B']],
    ['come back after the visibility timeout', { ok: false }, ['hide A,B 45']],
    [
      'come back as their function says',
      { ok: true, result: '{"batchItemFailures":[{"itemIdentifier":"b"}]}' },
      ['remove A', 'hide B 45'],
    ],
  ])('%s', async (_, outcome, expected) => {
    await held.settle('t', batch, outcome, signal);
    expect(done).toEqual(expected);
  });
});
