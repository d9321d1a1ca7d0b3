import { BackendError, type BackendFailure } from '../../../platform/lifecycle/types.ts';

const final: ReadonlySet<BackendFailure> = new Set(['rejected', 'exhausted']);

/** Why EBS will not do it, however often it is asked; `undefined` for a failure that another try may outlive. */
export const refusalOf = (
  error: unknown,
  /** What else ends it. */
  ...more: readonly BackendFailure[]
): string | undefined =>
  error instanceof BackendError && (final.has(error.failure) || more.includes(error.failure))
    ? error.publicMessage
    : undefined;
