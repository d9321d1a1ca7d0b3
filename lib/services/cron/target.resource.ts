import { onBehalfOf } from '../../platform/auth/on-behalf-of.ts';
import { CloudError, retryable } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { CronTarget } from './schema.ts';
import type { CallTarget } from './target.ts';

/** How a payload is sent to one type of target. */
export interface Sender {
  /**
   * Sends durably, to a target that the caller's tenant has.
   * @returns what is kept as the run's response
   * @throws CloudError
   */
  send(caller: Caller, id: string, sent: { payload: string; jobId: string; key: string }): Promise<string>;
}

/** A type that is left out is not to be had. */
export type Senders = Readonly<Partial<Record<CronTarget['type'], Sender>>>;

/** A queue, topic or function of the job's tenant, which is checked anew with each call. */
export const createResourceTarget =
  (senders: Senders): CallTarget =>
  async ({ job, key }, signal) => {
    const startedAt = performance.now();
    const milliseconds = () => Math.round(performance.now() - startedAt);
    const { target } = job;
    const sender = target && senders[target.type];
    if (!sender)
      return { ok: false, error: 'its target can not be called', mayRetry: false, milliseconds: 0 };
    const caller = onBehalfOf({ tenant: job.tenant, user: job.user_id, requestId: key, by: 'cron' }, signal);
    try {
      const response = await sender.send(caller, target.id, {
        payload: job.target_payload,
        jobId: job.id,
        key,
      });
      return { ok: true, response, mayRetry: false, milliseconds: milliseconds() };
    } catch (error) {
      if (signal.aborted || !(error instanceof CloudError)) throw error;
      return {
        ok: false,
        error: error.message,
        mayRetry: retryable[error.kind],
        milliseconds: milliseconds(),
      };
    }
  };

/** A job's target, whichever it has. */
export const createTarget =
  (http: CallTarget, resource: CallTarget): CallTarget =>
  (call, signal) =>
    call.job.target ? resource(call, signal) : http(call, signal);
