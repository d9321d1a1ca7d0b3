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

/**
 * Whether the caller may make such a key.
 * @throws CloudError `INVALID_INPUT` for an unknown scope or an end in the past; `FORBIDDEN` for a scope the caller lacks
 */
export const checkNewKey = (principal: Principal, wanted: CreateApiKey, clock: Clock): void => {
  const unknown = wanted.scopes?.findIndex((scope) => !isPermission(scope)) ?? -1;
  if (unknown >= 0) throw invalid(`scopes.${unknown}`, `unknown permission ${wanted.scopes?.[unknown]}`);
  if (wanted.expires_at && Date.parse(wanted.expires_at) <= clock.now())
    throw invalid('expires_at', 'must be in the future');
  requireWithin(principal, wanted.scopes);
};

/**
 * Whether the caller may rotate or revoke a key of its own user: a narrowed caller only such keys as it could make.
 * @throws CloudError `FORBIDDEN`
 */
export const checkKnownKey = (principal: Principal, key: { scopes?: readonly string[] }): void => {
  if (principal.scopes) requireWithin(principal, key.scopes);
};
