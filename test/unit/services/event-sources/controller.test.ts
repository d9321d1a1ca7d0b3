import { describe, expect, it } from 'vitest';
import {
  createEventSourceController,
  type SeenSource,
} from '../../../../lib/services/event-sources/controller.ts';
import type { Polled } from '../../../../lib/services/event-sources/poller.ts';
import type { EventSourceRecord } from '../../../../lib/services/event-sources/service.ts';
import type { FunctionRecord } from '../../../../lib/services/functions/service.ts';
import { QueueAbsent, type QueueRecord } from '../../../../lib/services/queues/service.ts';

const now = Date.UTC(2030, 0, 1);
const at = (milliseconds: number) => new Date(now + milliseconds).toISOString();

const source = (change: Partial<EventSourceRecord> = {}): EventSourceRecord =>
  ({
    id: 's',
    tenant: 't',
    user_id: 't',
    name: 'q',
    status: 'ACTIVE',
    function_id: 'f',
    queue_id: 'q',
    batch_size: 10,
    enabled: true,
    report_batch_item_failures: false,
    version: 3,
    generation: 1,
    observed_generation: 1,
    attempt: 1,
    failures: 0,
    created_at: at(-3_600_000),
    updated_at: at(-3_600_000),
    next_attempt_at: at(0),
    ...change,
  }) as EventSourceRecord;
const owner = { status: 'ACTIVE', generation: 1, observed_generation: 1 } as FunctionRecord;
const queue = { id: 'q' } as QueueRecord;
const seen = (change: SeenSource = {}): SeenSource => ({ owner, queue, ...change });

const open = (poll: (polled: Polled) => Promise<number> = async () => 0) => {
  const removed: string[] = [];
  const warned: string[] = [];
  const controller = createEventSourceController({
    store: {
      removeAlong: async (_, id) => {
        removed.push(id);
        return undefined as never;
      },
    },
    functions: { find: async () => owner },
    queues: { find: async () => queue },
    forbids: async () => undefined,
    poll,
    clock: { now: () => now },
    log: { warn: (message) => warned.push(message) },
  });
  const look = async (record: EventSourceRecord, signal = new AbortController().signal) => {
    const step = controller.reconcile(record, seen(), now);
    if (step.do !== 'call') throw new Error(`it would ${step.do}`);
    return step.call(signal);
  };
  return { controller, removed, warned, look };
};

describe('an event source', () => {
  it.each<[string, Partial<EventSourceRecord>, SeenSource, object]>([
    [
      'is forgotten once it was deleted',
      { deleted_at: at(-1) },
      {},
      { do: 'forget', usage: { event_sources: 1 } },
    ],
    ['goes with its function', {}, seen({ owner: undefined }), { do: 'call', name: 'FollowFunction' }],
    [
      'ends in ERROR with its queue',
      {},
      seen({ queue: undefined }),
      { do: 'converged', set: { status: 'ERROR', status_reason: 'its queue was deleted' } },
    ],
    [
      'rests while it is disabled',
      { enabled: false, status_reason: 'x' },
      seen(),
      { do: 'converged', set: { status: 'PAUSED' }, remove: ['status_reason'] },
    ],
    [
      'waits while its user may not have it done',
      {},
      seen({ forbidden: 'its user is suspended' }),
      { set: { status_reason: 'its user is suspended' }, lookAgainMilliseconds: 30_000 },
    ],
    [
      'waits for a function in ERROR',
      {},
      seen({ owner: { ...owner, status: 'ERROR' } }),
      { set: { status_reason: 'the function is in ERROR' }, lookAgainMilliseconds: 30_000 },
    ],
    [
      'waits for a function that is being changed',
      {},
      seen({ owner: { ...owner, generation: 2 } }),
      { set: { status_reason: 'the function is not ready yet' }, lookAgainMilliseconds: 2_000 },
    ],
    [
      'has come about before it looks',
      { observed_generation: 0 },
      seen(),
      { do: 'converged', set: { status: 'ACTIVE' }, lookAgainMilliseconds: 1_000 },
    ],
    [
      'says no more what it has waited for',
      { status_reason: 'the function is not ready yet' },
      seen(),
      { do: 'converged', remove: ['status_reason'], lookAgainMilliseconds: 1_000 },
    ],
    ['looks when it is time', {}, seen(), { do: 'call', name: 'PollQueue' }],
    [
      'waits out what a message was early by',
      { next_attempt_at: at(300) },
      seen(),
      { do: 'wait', milliseconds: 300 },
    ],
    [
      'looks no sooner than that, and makes no second round of looks',
      { next_attempt_at: at(900) },
      seen(),
      { do: 'converged', set: { next_attempt_at: at(900) } },
    ],
  ])('%s', (_, change, what, expected) => {
    expect(open().controller.reconcile(source(change), what, now)).toMatchObject(expected);
  });

  it.each<[string, Partial<EventSourceRecord>, number, object]>([
    [
      'without messages for a while looks now and then',
      { last_batch_at: at(-61_000) },
      0,
      { lookAgainMilliseconds: 10_000 },
    ],
    ['without messages for long looks less often', {}, 0, { lookAgainMilliseconds: 20_000 }],
    [
      'that has just taken some looks on',
      {},
      3,
      { set: { last_batch_at: at(0) }, lookAgainMilliseconds: 1_000 },
    ],
    [
      'that has taken some lately looks on',
      { last_batch_at: at(-59_000) },
      0,
      { lookAgainMilliseconds: 1_000 },
    ],
    ['that is new looks on', { created_at: at(-10_000) }, 0, { lookAgainMilliseconds: 1_000 }],
  ])('%s', async (_, change, taken, expected) => {
    expect(await open(async () => taken).look(source(change))).toEqual(expected);
  });

  it.each<[string, Error, number]>([
    ['nobody has made the queue yet', new QueueAbsent(), 0],
    ['anything else goes wrong', new Error('boom'), 1],
  ])('never gives up, where %s', async (_, error, warnings) => {
    const { look, warned } = open(() => Promise.reject(error));
    expect(await look(source())).toEqual({ lookAgainMilliseconds: 5_000 });
    expect(warned).toHaveLength(warnings);
  });

  it('leaves its message to come again where its time is over', async () => {
    await expect(
      open(() => Promise.reject(new Error('boom'))).look(source(), AbortSignal.abort()),
    ).rejects.toThrow();
  });

  it('is deleted when its function is gone', async () => {
    const { controller, removed } = open();
    const step = controller.reconcile(source(), seen({ owner: undefined }), now);
    if (step.do !== 'call') throw new Error(`it would ${step.do}`);
    await step.call(new AbortController().signal);
    expect(removed).toEqual(['s']);
  });
});
