import { notFound } from '../../platform/errors/index.ts';
import { packEvent } from '../../platform/table/event-codec.ts';
import { resourceKey } from '../../platform/table/keys.ts';
import type { LifecycleEvent } from '../../platform/table/resource.ts';
import type { Tables } from '../../platform/table/types.ts';
import { type SecretRecord, secretKind } from './record.ts';

/**
 * Writes down that a value is being read: the time, and the event that the table's stream tells. One write without the
 * version, so that readers of one secret are not in each other's way, nor in that of a change; each makes a stream record
 * of its own. Whoever can't write it must give no value.
 * @throws CloudError `NOT_FOUND` where the secret was deleted meanwhile
 */
export const noteAccess = async (
  tables: Pick<Tables, 'write'>,
  { tenant, id }: Pick<SecretRecord, 'tenant' | 'id'>,
  event: LifecycleEvent,
  signal: AbortSignal,
): Promise<void> => {
  await tables.write(
    {
      update: resourceKey(tenant, secretKind.kind, id),
      set: { last_accessed_at: event.at, event: packEvent(event, tenant) },
      when: {
        expression: 'attribute_exists(pk) AND attribute_not_exists(#deleted_at)',
        names: { '#deleted_at': 'deleted_at' },
      },
      otherwise: () => notFound(secretKind.label),
    },
    { signal },
  );
};
