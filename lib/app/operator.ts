import type { UserRecord } from '../platform/auth/records.ts';
import { adminRole } from '../platform/auth/roles.ts';
import type { Clock } from '../platform/clock.ts';
import { CloudError, notFound } from '../platform/errors/index.ts';
import type { Caller } from '../platform/http/caller.ts';
import type { NewId } from '../platform/ids.ts';
import { createStore } from '../platform/store/create-store.ts';
import type { Tables } from '../platform/table/types.ts';
import {
  addUser,
  createLockout,
  findUserByEmail,
  hashPassword,
  requireStrength,
  setPassword,
  userKind,
} from '../services/auth/service.ts';
import { createQuotas } from '../services/quotas/service.ts';
import { createRbac } from '../services/rbac/service.ts';
import { createTenants } from '../services/tenants/service.ts';
import { createZones } from '../services/zones/service.ts';
import { countedKinds } from './counted-kinds.ts';

export interface OperatorParts {
  tables: Tables;
  clock: Clock;
  newId: NewId;
}

/** Stands for the operator where a record says who did something: no user has this id. */
const operatorId = '00000000-0000-0000-0000-000000000000';

/** The operator as a caller of the services. */
export const operatorCaller = (requestId: string, signal: AbortSignal): Caller => ({
  requestId,
  signal,
  viewerAddress: '',
  userAgent: 'operator',
  principal: {
    tenant: operatorId,
    user: operatorId,
    role: adminRole,
    permissions: new Set(['*']),
    credential: { kind: 'token', id: operatorId },
  },
});

const nothingToForget = () => undefined;

/**
 * What an operator does to the tables themselves, with AWS credentials or on the machine that runs the engine: make the
 * first administrator, and help one who is locked out. The API needs no default password for it.
 */
export const createOperator = ({ tables, clock, newId }: OperatorParts) => {
  const users = createStore(userKind, { tables, clock });
  const lockout = createLockout({ tables, clock });
  const parts = { tables, users, clock, newId, countedKinds, lockout, forget: nothingToForget };
  const rbac = createRbac(parts);
  const tenants = createTenants({
    ...parts,
    quotas: createQuotas({ tables, limits: {} }),
    zones: createZones({ zones: [], homeZone: '' }),
  });

  const caller = (signal: AbortSignal): Caller => operatorCaller(newId(), signal);

  const find = (email: string, signal: AbortSignal) => findUserByEmail(parts, email, signal);
  const get = async (email: string, signal: AbortSignal): Promise<UserRecord> => {
    const user = await find(email, signal);
    if (!user) throw notFound('user');
    return user;
  };

  return {
    find,

    /** @throws CloudError `INVALID_INPUT` for a weak password or a registered e-mail */
    createAdministrator: (
      email: string,
      name: string,
      password: string,
      signal: AbortSignal,
    ): Promise<UserRecord> =>
      addUser(parts, caller(signal), { email: email.toLowerCase(), name, password, role: adminRole }),

    /** @throws CloudError `NOT_FOUND` */
    async promote(email: string, signal: AbortSignal): Promise<void> {
      const { id } = await get(email, signal);
      await rbac.bind(caller(signal), { user_identifier: id, role_name: adminRole });
    },

    /** @throws CloudError `NOT_FOUND`; `INVALID_INPUT` for a weak password */
    async resetPassword(email: string, password: string, signal: AbortSignal): Promise<void> {
      requireStrength(password, 'password');
      const hash = await hashPassword(password, signal);
      for (let tries = 0; tries < 10; tries++)
        if (await setPassword(parts, caller(signal), await get(email, signal), hash)) return;
      throw new CloudError('CONFLICT', 'the user is being changed by others');
    },

    /** @throws CloudError `NOT_FOUND`; `CONFLICT` for the last active administrator */
    async suspend(email: string, instances: 'stop' | 'leave', signal: AbortSignal): Promise<void> {
      await tenants.suspend(caller(signal), (await get(email, signal)).id, { instances });
    },

    /** @throws CloudError `NOT_FOUND` */
    async resume(email: string, signal: AbortSignal): Promise<void> {
      await tenants.resume(caller(signal), (await get(email, signal)).id);
    },
  };
};

export type Operator = ReturnType<typeof createOperator>;
