import { identityKeys, type UserRecord } from '../../platform/auth/records.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { LifecycleEvent } from '../../platform/table/resource.ts';
import type { Write } from '../../platform/table/types.ts';

/**
 * What happened to a tenant, as the bus carries it in a `LifecycleDetail` of kind `TENANT`. `suspend`: its instances must be
 * stopped. `suspend-leave`: they run on.
 */
export type TenantAction = 'suspend' | 'suspend-leave' | 'resume';

/**
 * The write that brings a tenant's event to the bus, in the transaction that makes it true. It lies in the tenant's own
 * partition, so the event names the tenant it is about.
 */
export const tenantEvent = (
  user: UserRecord,
  action: TenantAction,
  caller: Caller,
  id: string,
  at: string,
): Write => {
  const event: LifecycleEvent = {
    id,
    action_id: id,
    action,
    phase: 'succeeded',
    at,
    user: caller.principal.user,
    request_id: caller.requestId,
  };
  return {
    put: {
      ...identityKeys.tenant(user.id),
      user_id: user.id,
      name: user.id,
      status: action === 'resume' ? 'ACTIVE' : 'SUSPENDED',
      version: user.version + 1,
      created_at: user.created_at,
      updated_at: at,
      event,
    },
  };
};
