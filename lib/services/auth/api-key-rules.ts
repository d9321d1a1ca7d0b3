import { isPermission } from '../../platform/auth/permissions.ts';
import { type Principal, permits } from '../../platform/auth/principal.ts';
import type { Clock } from '../../platform/clock.ts';
import { CloudError, invalid } from '../../platform/errors/index.ts';
import type { CreateApiKey } from './schema.ts';

const forbidden = (message: string) => new CloudError('FORBIDDEN', message);

/** A narrowed credential must not hand out more than it has, so it may only make narrowed keys. */
const requireWithin = (principal: Principal, scopes: readonly string[] | undefined): void => {
  if (!scopes) {
    if (principal.scopes)
      throw forbidden('a key with scopes can only make or change keys with scopes of its own');
    return;
  }
  const beyond = scopes.find((scope) => !permits(principal.permissions, scope));
  if (beyond !== undefined) throw forbidden(`scope ${beyond} is beyond what the caller may do`);
};

/** A credential that ends must not hand out one that outlives it. */
const requireEnd = (principal: Principal, expires_at: string | undefined): void => {
  const own = principal.expires_at;
  if (own && (!expires_at || Date.parse(expires_at) > Date.parse(own)))
    throw forbidden('a key that ends can only make keys that end no later');
};

/**
 * Whether the caller may make such a key.
 * @throws CloudError `INVALID_INPUT` for an unknown scope or an end in the past; `FORBIDDEN` for more than the caller has
 */
export const checkNewKey = (principal: Principal, wanted: CreateApiKey, clock: Clock): void => {
  const unknown = wanted.scopes?.findIndex((scope) => !isPermission(scope)) ?? -1;
  if (unknown >= 0) throw invalid(`scopes.${unknown}`, `unknown permission ${wanted.scopes?.[unknown]}`);
  if (wanted.expires_at && Date.parse(wanted.expires_at) <= clock.now())
    throw invalid('expires_at', 'must be in the future');
  requireWithin(principal, wanted.scopes);
  requireEnd(principal, wanted.expires_at);
};

interface KnownKey {
  scopes?: readonly string[];
  expires_at?: string;
}

/** Whether the caller may revoke a key of its own user: a narrowed caller only such keys as it could make. @throws CloudError `FORBIDDEN` */
export const checkRevocation = (principal: Principal, key: KnownKey): void => {
  if (principal.scopes) requireWithin(principal, key.scopes);
};

/** Whether the caller may have the successor of a key of its own user. @throws CloudError `FORBIDDEN` */
export const checkRotation = (principal: Principal, key: KnownKey): void => {
  checkRevocation(principal, key);
  requireEnd(principal, key.expires_at);
};
