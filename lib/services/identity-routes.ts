import type { Route } from '../platform/http/route.ts';
import type { ApiKeys } from './auth/api-keys.ts';
import { authRoutes } from './auth/routes.ts';
import type { Auth } from './auth/service.ts';
import { capacityRoutes } from './capacity/routes.ts';
import type { Capacity } from './capacity/service.ts';
import { invitationRoutes } from './invitations/routes.ts';
import type { Invitations } from './invitations/service.ts';
import { rbacRoutes } from './rbac/routes.ts';
import type { Rbac } from './rbac/service.ts';
import { tenantRoutes } from './tenants/routes.ts';
import type { Tenants } from './tenants/service.ts';

/** What the identity function's routes are served by. */
export interface IdentityServices {
  auth: Auth;
  apiKeys: ApiKeys;
  rbac: Rbac;
  invitations: Invitations;
  tenants: Tenants;
  capacity: Pick<Capacity, 'list'>;
}

/** The routes of the identity function. Apart from the other functions' list, so that their schemas stay out of its bundle. */
export const identityRoutes: readonly Route<IdentityServices>[] = [
  ...authRoutes,
  ...rbacRoutes,
  ...invitationRoutes,
  ...tenantRoutes,
  ...capacityRoutes,
];
