import type { Route } from '../platform/http/route.ts';
import { secretRoutes } from './secrets/routes.ts';
import type { Secrets } from './secrets/service.ts';

/** What the routes of the secrets function need. */
export interface SecretsServices {
  secrets: Secrets;
}

/** The routes of the secrets function. */
export const secretsRoutes: readonly Route<SecretsServices>[] = [...secretRoutes];
