import type { Clock } from '../clock.ts';
import { CloudError } from '../errors/index.ts';
import type { Item, Key, Tables } from '../table/types.ts';
import { isApiKey } from './api-key.ts';
import type { Authenticator, Credential } from './authenticator.ts';
import { createCache } from './cache.ts';
import { sha256 } from './digest.ts';
import { createLastUse } from './last-use.ts';
import type { Principal } from './principal.ts';
import { ApiKeyLookup, identityKeys, Session, type UserRecord, userFrom } from './records.ts';
import { createRoleReader } from './role-reader.ts';
import { adminRole, defaultRole, effectivePermissions } from './roles.ts';
import type { VerifiedToken } from './verify-token.ts';

/** What is found holds for so long, counted from the oldest read it rests on: a revocation holds everywhere within 30 s. */
const maximumAgeMilliseconds = 20_000;
/** So long an unknown credential is refused without a read. A new one was unknown to everybody, so no one waits for this. */
const refusalMilliseconds = 3_000;

const likelyRoles = [defaultRole, adminRole];

interface Found {
  principal: Principal;
  /** Milliseconds since the epoch: the end of the credential itself. */
  expiresAt: number;
  readAt: number;
}

export interface AuthenticatorParts {
  tables: Tables;
  clock: Clock;
  /** `tokenIssuer(stage)`. */
  issuer: string;
  /** Told about what fails beside a request (the note of a key's last use). */
  report: (error: unknown) => void;
}

const refused = (internal: string, cause?: unknown) =>
  new CloudError('UNAUTHORIZED', 'the API key or token is missing, unknown, expired or revoked', {
    internal,
    cause,
  });

const endOf = (time: string | undefined): number => (time ? Date.parse(time) : Number.POSITIVE_INFINITY);

/**
 * API keys and access tokens → principals. What a credential may do is never in it: user, role, scopes and suspension are
 * read, and cached for 20 s. Cold that is two requests to DynamoDB (credential; user, role and the rest together), warm none.
 */
export const createAuthenticator = (parts: AuthenticatorParts): Authenticator => {
  const { tables, clock } = parts;
  const principals = createCache<Principal>(clock, 5_000);
  const refusals = createCache<CloudError>(clock, 1_000);
  const roles = createRoleReader({ tables, clock, maximumAgeMilliseconds });
  const lastUse = createLastUse(parts);
  let verifying: Promise<(token: string, signal: AbortSignal) => Promise<VerifiedToken>> | undefined;

  /** The JWT library is evaluated when the first token arrives, not at every cold start. */
  const verify = async (token: string, signal: AbortSignal) => {
    verifying ??= import('./verify-token.ts').then(({ createTokenVerifier }) => createTokenVerifier(parts));
    return (await verifying)(token, signal);
  };

  /** The user, and with it in one request whatever else the credential names; of roles, the two that nearly all have. */
  const readWith = async (user: string, keys: readonly Key[], signal: AbortSignal) => {
    const readAt = clock.now();
    const guesses = likelyRoles.filter((role) => !roles.cached(role));
    const items = await tables.batchGet(
      [identityKeys.user(user), ...guesses.map(identityKeys.role), ...keys],
      {
        consistent: true,
        signal,
      },
    );
    const find = ({ pk, sk }: Key) => items.find((item) => item.pk === pk && item.sk === sk);
    for (const role of guesses) roles.remember(role, find(identityKeys.role(role)), readAt);
    return { readAt, find };
  };

  const activeUser = (item: Item | undefined): UserRecord => {
    if (!item) throw refused('the user is gone');
    const user = userFrom(item);
    if (user.status !== 'ACTIVE') throw refused('the tenant is suspended');
    return user;
  };

  const found = async (
    user: UserRecord,
    credential: Principal['credential'],
    bounds: Pick<ApiKeyLookup, 'tenant' | 'scopes' | 'expires_at'>,
    expiresAt: number,
    readAt: number,
    signal: AbortSignal,
  ): Promise<Found> => {
    const role = await roles.read(user.role, signal);
    const principal: Principal = {
      tenant: bounds.tenant,
      user: user.id,
      role: user.role,
      ...(user.home_zone && { homeZone: user.home_zone }),
      permissions: effectivePermissions(role.value, bounds.scopes),
      ...(bounds.scopes && { scopes: bounds.scopes }),
      ...(bounds.expires_at && { expires_at: bounds.expires_at }),
      credential,
    };
    return { principal, expiresAt, readAt: Math.min(readAt, role.readAt) };
  };

  const byKey = async (hash: string, signal: AbortSignal): Promise<Found> => {
    const readAt = clock.now();
    const item = await tables.get(identityKeys.apiKeyLookup(hash), { consistent: true, signal });
    if (!item) throw refused('no such key');
    const key = ApiKeyLookup.parse(item);
    const expiresAt = endOf(key.expires_at);
    if (expiresAt <= clock.now()) throw refused('the key has expired');
    const uses = lastUse.toRead(key.tenant, key.id);
    const { find } = await readWith(key.user_id, uses, signal);
    for (const use of uses) lastUse.learn(key.id, find(use));
    const user = activeUser(find(identityKeys.user(key.user_id)));
    if (key.session_epoch !== undefined && key.session_epoch !== user.session_epoch)
      throw refused("the login's key ended with a password reset");
    return found(user, { kind: 'api_key', id: key.id }, key, expiresAt, readAt, signal);
  };

  const byToken = async (token: string, signal: AbortSignal): Promise<Found> => {
    const claims = await verify(token, signal).catch((error: unknown) => {
      if (error instanceof CloudError) throw error;
      throw refused(`not a good token: ${(error as Error).message}`, error);
    });
    const sessionKey = identityKeys.session(claims.sid);
    const { find, readAt } = await readWith(claims.sub, [sessionKey], signal);
    const user = activeUser(find(identityKeys.user(claims.sub)));
    const item = find(sessionKey);
    if (!item) throw refused('the token family was revoked');
    const session = Session.parse(item);
    if (session.user_id !== user.id || session.session_epoch !== user.session_epoch)
      throw refused('the token family ended with a password reset');
    const credential = { kind: 'token', id: claims.jti } as const;
    if (!session.key_hash)
      return found(user, credential, { tenant: session.tenant }, claims.expiresAt, readAt, signal);
    const key = await byKey(session.key_hash, signal);
    return {
      ...key,
      principal: { ...key.principal, credential },
      expiresAt: Math.min(claims.expiresAt, key.expiresAt),
    };
  };

  const find = async (credential: Credential, signal: AbortSignal): Promise<Found> => {
    if ('bearer' in credential && !isApiKey(credential.bearer)) return byToken(credential.bearer, signal);
    const key = 'bearer' in credential ? credential.bearer : credential.apiKey;
    if (!isApiKey(key)) throw refused('not a key by its form');
    return byKey(sha256(key), signal);
  };

  return {
    async authenticate(credential, signal) {
      const handle = sha256(
        'bearer' in credential ? `bearer ${credential.bearer}` : `key ${credential.apiKey}`,
      );
      const known = principals.get(handle);
      if (known) return known;
      const refusal = refusals.get(handle);
      if (refusal) throw refusal;
      try {
        const { principal, expiresAt, readAt } = await find(credential, signal);
        principals.set(handle, principal, Math.min(expiresAt, readAt + maximumAgeMilliseconds));
        if (principal.credential.kind === 'api_key') lastUse.note(principal.tenant, principal.credential.id);
        return principal;
      } catch (error) {
        if (error instanceof CloudError && error.type === 'UNAUTHORIZED')
          refusals.set(handle, error, clock.now() + refusalMilliseconds);
        throw error;
      }
    },
    forget() {
      principals.clear();
      refusals.clear();
      roles.clear();
    },
  };
};
