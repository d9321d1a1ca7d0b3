import { onBehalfOf } from '../../platform/auth/on-behalf-of.ts';
import type { Permission } from '../../platform/auth/permissions.ts';
import { permits } from '../../platform/auth/principal.ts';
import { CloudError, invalid, retryable } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { CronTarget } from './schema.ts';
import type { CallTarget } from './target.ts';

/** How a payload is sent to one type of target. */
export interface Sender {
  /**
   * Sends durably; the other service checks that the caller's tenant has the target. @returns what is kept as the run's response
   * @throws CloudError
   */
  send(caller: Caller, id: string, payload: string, key: string): Promise<string>;
}

/** How a job's target is checked when it is named. */
export interface TargetCheck {
  /** Who names a target must be allowed to use it. */
  permission: Permission;
  /** Whether it takes nothing empty. */
  needsPayload: boolean;
  /** @throws CloudError `NOT_FOUND` where the caller's tenant has none of this id */
  find(caller: Caller, id: string): Promise<unknown>;
}

/** A type that is left out is not to be had. */
export type Senders = Readonly<Partial<Record<CronTarget['type'], Sender>>>;
export type TargetChecks = Readonly<Partial<Record<CronTarget['type'], TargetCheck>>>;

/**
 * @returns what `CronJobs` asks before a job may have a target
 */
export const createTargetCheck =
  (checks: TargetChecks) =>
  async (caller: Caller, { type, id }: CronTarget, payload: string): Promise<void> => {
    const check = checks[type];
    if (!check) throw invalid('target.type', `a ${type} can not be a target here`);
    if (!permits(caller.principal.permissions, check.permission))
      throw new CloudError('FORBIDDEN', `a job for a ${type} needs the permission ${check.permission}`);
    if (check.needsPayload && payload === '')
      throw invalid('target_payload', `must not be empty for a ${type}`);
    try {
      await check.find(caller, id);
    } catch (error) {
      if (error instanceof CloudError && error.kind === 'not_found')
        throw invalid('target.id', `there is no such ${type}`);
      throw error;
    }
  };

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
      const response = await sender.send(caller, target.id, job.target_payload, key);
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
