import { BackendError, type BackendFailure } from '../../../platform/lifecycle/types.ts';
import type { VolumeRecord } from '../record.ts';

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

/**
 * What was refused and has neither come about nor been asked for again since: its owner reads it, whatever else is done to
 * the volume meanwhile. `undefined` where there is nothing.
 */
export const standingRefusals = ({
  instance_id,
  refusals: { attach, change } = {},
}: Pick<VolumeRecord, 'instance_id' | 'refusals'>): VolumeRecord['refusals'] => {
  const standing = {
    ...(attach !== undefined && instance_id === undefined && { attach }),
    ...(change !== undefined && { change }),
  };
  return Object.keys(standing).length > 0 ? standing : undefined;
};
