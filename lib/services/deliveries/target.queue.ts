import { onBehalfOf } from '../../platform/auth/on-behalf-of.ts';
import { CloudError } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { Target } from './backend.ts';

export interface MessageSender {
  /**
   * Sends to a queue of the caller's tenant.
   * @param delivery names the send: where the queue drops repeats, a repeat of the same has no effect
   * @throws CloudError `NOT_FOUND`, `INVALID_INPUT` for a body that the queue can never take
   */
  send(
    caller: Caller,
    queueId: string,
    message: { body: string; topic: string; delivery: string },
  ): Promise<unknown>;
}

/** A queue of the same tenant: the message's text becomes the body, sent as the subscriber (contract 2.12). */
export const queueTarget = (queues: MessageSender): Target => ({
  async hand({ subscription, delivery, body }, signal) {
    const { tenant, user_id: user, endpoint, topic_id: topic } = subscription;
    const behalf = { tenant, user, requestId: delivery, by: 'notify', permissions: ['queue:write'] };
    try {
      await queues.send(onBehalfOf(behalf, signal), endpoint, { body, topic, delivery });
      return { ok: true };
    } catch (error) {
      if (!(error instanceof CloudError) || signal.aborted) throw error;
      if (error.kind === 'not_found') return { ok: false, error: 'the queue is gone', final: 'subscription' };
      const final = error.kind === 'invalid' || error.kind === 'too_large';
      return { ok: false, error: error.message, ...(final && { final: 'message' as const }) };
    }
  },
});
