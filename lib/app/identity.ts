import { tokenIssuer } from '../platform/auth/access-token.ts';
import { createSealer } from '../platform/auth/sealer.ts';
import { createTally } from '../platform/totals/tally.ts';
import { authAttempts } from '../services/auth/attempts.ts';
import type { IdentityServices } from '../services/identity-routes.ts';
import { createQuotas } from '../services/quotas/service.ts';
import { createZones } from '../services/zones/service.ts';
import { config } from './config.ts';
import { identityServices } from './identity-services.ts';
import { lazySecret } from './lazy-secret.ts';
import type { App, AppParts } from './serve.ts';

/** Users, keys, tokens, roles, invitations and tenants: the only function that reads the token secret. */
export const composeIdentity = (parts: AppParts): App<IdentityServices> => {
  const { STAGE, TOKEN_SECRET_ARN, REGISTRATION, DEFAULT_QUOTAS, HOME_ZONE, ZONES } = config(
    'STAGE',
    'TOKEN_SECRET_ARN',
    'REGISTRATION',
    'DEFAULT_QUOTAS',
    'HOME_ZONE',
    'ZONES',
  );
  const secret = lazySecret(TOKEN_SECRET_ARN);
  const { tables, logger } = parts;
  const report = (error: unknown) => logger.warn('a login could not be counted', { error });
  const services = identityServices({
    ...parts,
    secret,
    quotas: createQuotas({ tables, limits: DEFAULT_QUOTAS }),
    zones: createZones({ zones: ZONES, homeZone: HOME_ZONE }),
    admission: REGISTRATION,
    issuer: tokenIssuer(STAGE),
    forget: parts.authenticator.forget,
    attempts: createTally({ tables, total: authAttempts, report }),
  });
  return { services, sealer: createSealer(secret, 'idempotent-answers') };
};
