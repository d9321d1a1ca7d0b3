import type { ResourceStore } from '../../platform/store/types.ts';
import type { HeldBatches } from '../functions/service.ts';
import { type Messaging, QueueAbsent, type QueueRecord, refOf } from '../queues/service.ts';
import { backAfterSeconds } from './back-after.ts';
import { failedOf } from './failed-items.ts';

export interface HeldBatchesOptions {
  messaging: Pick<Messaging, 'hide' | 'remove'>;
  queues: Pick<ResourceStore<QueueRecord>, 'find'>;
}

/** The messages of batches in the queues that they came from. A queue that is gone has taken its messages along. */
export const createHeldBatches = ({ messaging, queues }: HeldBatchesOptions): HeldBatches => {
  /** @returns `absent` where the queue is gone */
  const onQueue = async <T>(
    tenant: string,
    id: string,
    signal: AbortSignal,
    absent: T,
    act: (queue: QueueRecord) => Promise<T>,
  ): Promise<T> => {
    const queue = await queues.find(tenant, id, { signal });
    if (!queue) return absent;
    try {
      return await act(queue);
    } catch (error) {
      if (error instanceof QueueAbsent) return absent;
      throw error;
    }
  };

  return {
    hold: (tenant, { queue_id, messages }, seconds, signal) =>
      onQueue(tenant, queue_id, signal, false, async (queue) => {
        const handles = messages.map(({ handle }) => handle);
        const held = await messaging.hide(refOf(queue), handles, seconds, signal);
        if (held.every(Boolean)) return true;
        const rest = handles.filter((_, index) => held[index]);
        if (rest.length > 0) await messaging.hide(refOf(queue), rest, 0, signal);
        return false;
      }),

    settle: (tenant, batch, outcome, signal) =>
      onQueue(tenant, batch.queue_id, signal, undefined, async (queue) => {
        const failed = failedOf(batch, outcome);
        const handlesOf = (wanted: boolean) =>
          batch.messages.filter((_, index) => failed.has(index) === wanted).map(({ handle }) => handle);
        const [done, back] = [handlesOf(false), handlesOf(true)];
        if (done.length > 0) await messaging.remove(refOf(queue), done, signal);
        if (back.length > 0) await messaging.hide(refOf(queue), back, backAfterSeconds(queue), signal);
      }),
  };
};
