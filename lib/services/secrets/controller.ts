import { derivedId } from '../../platform/derived-id.ts';
import type { Called, Controller } from '../../platform/lifecycle/types.ts';
import type { LifecycleEvent } from '../../platform/table/resource.ts';
import { type SecretRecord, secretKind, secretUsage } from './record.ts';
import { dropVersions } from './versions.ts';

/** Nobody asks for it; its end is told when the record is gone. */
const purge = ({ id }: SecretRecord, now: number): LifecycleEvent => {
  const own = derivedId(now, `${id} purge`);
  return {
    id: own,
    action_id: own,
    action: 'purge',
    phase: 'requested',
    at: new Date(now).toISOString(),
  };
};

/** A message may come a little before its time: nobody minds a rotation that is a second early. */
const earlyMilliseconds = 1_000;

/**
 * What falls due for a secret: its rotation, and when it was deleted and its recovery window is over its end, record and
 * versions in one transaction.
 * @param rotate what is done when a rotation is due
 */
export const createSecretController = (
  rotate: (secret: SecretRecord, signal: AbortSignal) => Promise<Called<SecretRecord> | undefined>,
): Controller<SecretRecord, unknown> => ({
  kind: secretKind.kind,

  /** There is no cloud to look at. */
  observe: async () => new Map(),

  reconcile(secret, _observed, now) {
    if (secret.deleted_at) {
      const due = Date.parse(secret.purge_at ?? secret.deleted_at);
      if (due > now)
        return { do: 'wait', milliseconds: due - now, reason: 'it can be restored until it is purged' };
      if (secret.event?.action !== 'purge') return { do: 'write', set: { event: purge(secret, now) } };
      return { do: 'forget', usage: secretUsage, extra: dropVersions(secret) };
    }
    const { next_rotation_at: dueAt } = secret;
    if (dueAt === undefined) return { do: 'converged' };
    if (Date.parse(dueAt) - now > earlyMilliseconds)
      return { do: 'converged', set: { next_attempt_at: dueAt } };
    return {
      do: 'call',
      name: 'RotateSecret',
      writesRecord: true,
      call: (signal) => rotate(secret, signal),
    };
  },
});
