import { createSealer } from '../platform/auth/sealer.ts';
import type { SecretReader } from '../platform/auth/secret-reader.ts';
import type { Clock } from '../platform/clock.ts';
import type { NewId } from '../platform/ids.ts';
import { createStore } from '../platform/store/create-store.ts';
import type { Quotas } from '../platform/store/types.ts';
import type { Tables } from '../platform/table/types.ts';
import type { Tally } from '../platform/totals/tally.ts';
import { createApiKeys } from '../services/auth/api-keys.ts';
import type { Admission } from '../services/auth/registration.ts';
import { createAuth } from '../services/auth/service.ts';
import { userKind } from '../services/auth/users.ts';
import { createCapacity } from '../services/capacity/service.ts';
import type { IdentityServices } from '../services/identity-routes.ts';
import { createInvitations } from '../services/invitations/service.ts';
import { createRbac } from '../services/rbac/service.ts';
import { createTenants } from '../services/tenants/service.ts';
import type { Zones } from '../services/zones/service.ts';
import { countedKinds } from './counted-kinds.ts';
import { accountOf } from './workload-account.ts';

export interface IdentityParts {
  tables: Tables;
  clock: Clock;
  newId: NewId;
  secret: SecretReader;
  quotas: Quotas;
  zones: Pick<Zones, 'named'>;
  admission: Admission;
  /** `tokenIssuer(stage)`. */
  issuer: string;
  /** Makes this process forget what it has cached of credentials and roles. */
  forget(): void;
  /** Counts who tries to log in, by the result; left out, nobody does. */
  attempts?: Tally;
}

/** The services behind the identity function's routes. */
export const identityServices = (given: IdentityParts): IdentityServices => {
  const { tables, clock, secret } = given;
  const invitations = createInvitations(given);
  const parts = {
    ...given,
    countedKinds,
    users: createStore(userKind, { tables, clock }),
    sealer: createSealer(secret, 'signing-keys'),
    consumeInvitation: invitations.consume,
  };
  return {
    auth: createAuth(parts),
    apiKeys: createApiKeys(parts),
    rbac: createRbac(parts),
    invitations,
    tenants: createTenants(parts),
    capacity: createCapacity({ tables, accountOf }),
  };
};
