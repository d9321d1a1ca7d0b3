import { platformTenant, type UserRecord } from '../../platform/auth/records.ts';
import { adminRole } from '../../platform/auth/roles.ts';
import type { Clock } from '../../platform/clock.ts';
import { invalid } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import { type NewId, parseId } from '../../platform/ids.ts';
import type { Quotas, QuotaUse, ResourceStore } from '../../platform/store/types.ts';
import { administratorsGrow, administratorsShrink, onPlatform } from '../auth/service.ts';
import type { Zones } from '../zones/service.ts';
import type { SetHomeZone, SetQuotas, SuspendTenant, Tenant } from './schema.ts';
import { tenantEvent } from './tenant-event.ts';

export interface TenantParts {
  users: ResourceStore<UserRecord>;
  quotas: Quotas;
  clock: Clock;
  newId: NewId;
  zones: Pick<Zones, 'named'>;
  /** Makes this process forget what it has cached of credentials. */
  forget(): void;
}

const wire = (user: UserRecord): Tenant => ({
  id: user.id,
  name: user.name,
  email: user.email,
  role: user.role,
  status: user.status,
  ...(user.suspended_at && { suspended_at: user.suspended_at }),
  ...(user.home_zone && { home_zone: user.home_zone }),
  created_at: user.created_at,
  updated_at: user.updated_at,
});

const canonical = (id: string): string => {
  const parsed = parseId(id);
  if (!parsed) throw invalid('id', 'must be a UUID');
  return parsed;
};

/** What an administrator does with tenants. Suspension ends within 30 s what the tenant's credentials can do. */
export const createTenants = ({ users, quotas, clock, newId, zones, forget }: TenantParts) => {
  const get = (caller: Caller, id: string) =>
    users.get(platformTenant, canonical(id), { signal: caller.signal });

  return {
    get: async (caller: Caller, id: string): Promise<Tenant> => wire(await get(caller, id)),

    async list(caller: Caller, request: ListRequest): Promise<Listed<Tenant[]>> {
      const { items, ...page } = await users.page(platformTenant, request, {}, caller.signal);
      return { ...page, items: items.map(wire) };
    },

    /**
     * Again and with `stop`, it stops what has been left running.
     * @throws CloudError `NOT_FOUND`; `CONFLICT` for the last active administrator
     */
    async suspend(caller: Caller, id: string, { instances }: SuspendTenant): Promise<Tenant> {
      const at = new Date(clock.now()).toISOString();
      const eventId = newId();
      const action = instances === 'stop' ? 'suspend' : 'suspend-leave';
      const suspended = await users.change(
        onPlatform(caller),
        canonical(id),
        (user) => {
          const isActiveAdministrator = user.status === 'ACTIVE' && user.role === adminRole;
          return {
            set: { status: 'SUSPENDED', suspended_at: user.suspended_at ?? at },
            extra: [
              tenantEvent(user, action, caller, eventId, at),
              ...(isActiveAdministrator ? [administratorsShrink] : []),
            ],
          };
        },
        wire,
      );
      forget();
      return wire(suspended);
    },

    /** What is there stays where it is. @throws CloudError `NOT_FOUND`; `INVALID_INPUT` for a zone that is not here */
    async setHomeZone(caller: Caller, id: string, { home_zone }: SetHomeZone): Promise<Tenant> {
      const zone = zones.named(home_zone, 'home_zone');
      const changed = await users.change(
        onPlatform(caller),
        canonical(id),
        () => ({ set: { home_zone: zone } }),
        wire,
      );
      forget();
      return wire(changed);
    },

    /** Its credentials work again; stopped instances stay stopped. @throws CloudError `NOT_FOUND` */
    async resume(caller: Caller, id: string): Promise<Tenant> {
      const at = new Date(clock.now()).toISOString();
      const eventId = newId();
      const resumed = await users.change(
        onPlatform(caller),
        canonical(id),
        (user) =>
          user.status === 'ACTIVE'
            ? undefined
            : {
                set: { status: 'ACTIVE' },
                remove: ['suspended_at'],
                extra: [
                  tenantEvent(user, 'resume', caller, eventId, at),
                  ...(user.role === adminRole ? [administratorsGrow] : []),
                ],
              },
        wire,
      );
      forget();
      return wire(resumed);
    },

    /** @throws CloudError `NOT_FOUND` */
    async quotas(caller: Caller, id: string): Promise<QuotaUse[]> {
      const tenant = await get(caller, id);
      return quotas.list(tenant.id, caller.signal);
    },

    /** @throws CloudError `NOT_FOUND`; `INVALID_INPUT` for a quota that does not exist */
    async setQuotas(caller: Caller, id: string, limits: SetQuotas): Promise<QuotaUse[]> {
      const tenant = await get(caller, id);
      return quotas.set(caller, tenant.id, limits, (after) => after);
    },
  };
};

export type Tenants = ReturnType<typeof createTenants>;
