import { derivedId } from '../../platform/derived-id.ts';
import type { Controller } from '../../platform/lifecycle/types.ts';
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

/** How a secret ends: when its recovery window is over, record and versions go in one transaction. */
export const secretController: Controller<SecretRecord, unknown> = {
  kind: secretKind.kind,

  /** There is no cloud to look at. */
  observe: async () => new Map(),

  reconcile(secret, _observed, now) {
    if (!secret.deleted_at) return { do: 'converged' };
    const due = Date.parse(secret.purge_at ?? secret.deleted_at);
    if (due > now)
      return { do: 'wait', milliseconds: due - now, reason: 'it can be restored until it is purged' };
    if (secret.event?.action !== 'purge') return { do: 'write', set: { event: purge(secret, now) } };
    return { do: 'forget', usage: secretUsage, extra: dropVersions(secret) };
  },
};
