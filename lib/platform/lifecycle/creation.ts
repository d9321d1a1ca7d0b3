import type { Reconciled } from '../table/resource.ts';
import { BackendError } from './types.ts';

/** How long a cloud may take to show what it was asked for and has no client token: EC2 is eventually consistent,
 *  https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html */
export const creationWindowMilliseconds = 60_000;

/**
 * Whether a creation was asked for whose outcome is not known and may yet show. A tombstone is not forgotten, and nothing
 * is asked for a second time, while this holds.
 */
export const creationMayAppear = (
  { create_asked_at }: Pick<Reconciled, 'create_asked_at'>,
  now: number,
): boolean => create_asked_at !== undefined && now - Date.parse(create_asked_at) < creationWindowMilliseconds;

/** Whether a failed creation certainly had no effect. */
export const hadNoEffect = (error: unknown): boolean =>
  error instanceof BackendError && error.failure !== 'ambiguous';

/** A creation that failed, with the record as it is since it was asked for. Never leaves the session. */
export class CreationFailed extends Error {
  override readonly name = 'CreationFailed';
  readonly record: Reconciled;

  constructor(record: Reconciled, cause: unknown) {
    super('a creation failed', { cause });
    this.record = record;
  }
}
