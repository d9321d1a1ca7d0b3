import type { Controller, Step } from '../../platform/lifecycle/types.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Messaging } from './backend.ts';
import { type QueueRecord, queueKind, queueUsage } from './record.ts';
import { moveBack } from './redrive.ts';
import { refOf, settingsOf, written } from './settings.ts';

type QueueStep = Step<QueueRecord>;

/** What is there: the queue itself, where that matters, and the record of its dead-letter queue. */
export interface ObservedQueue {
  exists?: boolean;
  deadLetters?: QueueRecord;
}

export interface QueueControllerOptions {
  messaging: Messaging;
  store: Pick<ResourceStore<QueueRecord>, 'find'>;
}

/**
 * How long after its delete a queue is looked for once more. A send that had read the record before the delete may still
 * make the queue: an API function ends after 29 s.
 */
const lateSendMilliseconds = 35_000;
/** SQS shows a deleted queue for up to a minute: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html */
const deletedMilliseconds = 10_000;

/**
 * How a queue comes about. Its making is safe to repeat and so are its settings, which SQS shows only after a minute: the
 * record keeps those that it was given.
 */
export const createQueueController = ({
  messaging,
  store,
}: QueueControllerOptions): Controller<QueueRecord, ObservedQueue> => {
  const make = (wanted: QueueRecord, deadLetters: QueueRecord | undefined): QueueStep => ({
    do: 'call',
    name: 'EnsureQueue',
    call: async (signal) => {
      const settings = settingsOf(wanted, deadLetters);
      // SQS refuses a dead-letter queue that is not there.
      if (deadLetters) await messaging.ensure(refOf(deadLetters), settingsOf(deadLetters), signal);
      await messaging.ensure(refOf(wanted), settings, signal);
      await messaging.configure(refOf(wanted), settings, signal);
      return { set: { applied: written(settings) } };
    },
  });

  const end = (wanted: QueueRecord, exists: boolean, now: number): QueueStep => {
    if (exists)
      return {
        do: 'call',
        name: 'DeleteQueue',
        call: async (signal) => {
          await messaging.delete(refOf(wanted), signal);
          return undefined;
        },
        waitMilliseconds: deletedMilliseconds,
      };
    const rest = Date.parse(wanted.deleted_at ?? '') + lateSendMilliseconds - now;
    if (rest > 0)
      return { do: 'wait', milliseconds: rest, reason: 'making sure that no late send makes it again' };
    return { do: 'forget', usage: queueUsage };
  };

  return {
    kind: queueKind.kind,

    async observe(resources, signal) {
      const seen = resources.map(async (resource): Promise<[string, ObservedQueue]> => {
        const { id, tenant, dead_letter_queue_id, deleted_at } = resource;
        if (deleted_at) return [id, { exists: await messaging.exists(refOf(resource), signal) }];
        const deadLetters = dead_letter_queue_id
          ? await store.find(tenant, dead_letter_queue_id, { signal })
          : undefined;
        return [id, { deadLetters }];
      });
      return new Map(await Promise.all(seen));
    },

    reconcile(wanted, observed = {}, now) {
      if (wanted.deleted_at) return end(wanted, observed.exists ?? false, now);
      const { deadLetters } = observed;
      if (wanted.applied !== written(settingsOf(wanted, deadLetters))) return make(wanted, deadLetters);
      if (wanted.redrive_left !== undefined)
        return deadLetters
          ? moveBack(messaging, wanted, deadLetters, wanted.redrive_left, now)
          : { do: 'write', set: {}, remove: ['redrive_left', 'redrive_by'] };
      return { do: 'converged', set: { status: 'ACTIVE' }, remove: ['status_reason'] };
    },
  };
};
