import { SignJWT } from 'jose';
import {
  accessTokenSeconds,
  signatureAlgorithm,
  tokenAudience,
  tokenType,
} from '../../platform/auth/access-token.ts';
import { isApiKey } from '../../platform/auth/api-key.ts';
import { sha256 } from '../../platform/auth/digest.ts';
import {
  ApiKeyLookup,
  identityKeys,
  platformTenant,
  type Session,
  type UserRecord,
} from '../../platform/auth/records.ts';
import type { Clock } from '../../platform/clock.ts';
import { CloudError } from '../../platform/errors/index.ts';
import type { PublicCaller } from '../../platform/http/caller.ts';
import type { NewId } from '../../platform/ids.ts';
import type { TokenAnswer, TokenRequest } from './schema.ts';
import { refusedRefresh, type Sessions } from './sessions.ts';
import type { SigningKeys } from './signing-keys.ts';
import { type LoginParts, verifyLogin } from './verify-login.ts';

export interface TokenParts extends LoginParts {
  clock: Clock;
  newId: NewId;
  sessions: Sessions;
  signingKeys: SigningKeys;
  /** `tokenIssuer(stage)`. */
  issuer: string;
}

const refusedKey = (internal: string) => new CloudError('UNAUTHORIZED', 'wrong API key', { internal });

/** `POST /auth/token`: a credential for a short access token and the refresh token that renews it. */
export const createTokens = (parts: TokenParts) => {
  const { tables, users, clock, newId, sessions, signingKeys, issuer } = parts;

  /** An active user under the epoch, or `undefined`. */
  const activeUser = async (id: string, epoch: number | undefined, signal: AbortSignal) => {
    const user = await users.find(platformTenant, id, { signal });
    const holds = user?.status === 'ACTIVE' && (epoch === undefined || epoch === user.session_epoch);
    return holds ? user : undefined;
  };

  /** The user of a key that is good now, or `undefined`. */
  const userOfKey = async (hash: string, signal: AbortSignal): Promise<UserRecord | undefined> => {
    const item = await tables.get(identityKeys.apiKeyLookup(hash), { consistent: true, signal });
    if (!item) return undefined;
    const key = ApiKeyLookup.parse(item);
    if (key.expires_at && Date.parse(key.expires_at) <= clock.now()) return undefined;
    return activeUser(key.user_id, key.session_epoch, signal);
  };

  const sign = async ({ user_id, family }: Session, signal: AbortSignal): Promise<string> => {
    const { kid, key } = await signingKeys.current(signal);
    const issuedAt = Math.floor(clock.now() / 1000);
    return new SignJWT({ sid: family })
      .setProtectedHeader({ alg: signatureAlgorithm, typ: tokenType, kid })
      .setSubject(user_id)
      .setIssuer(issuer)
      .setAudience(tokenAudience)
      .setJti(newId())
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + accessTokenSeconds)
      .sign(key);
  };

  const prove = async (caller: PublicCaller, request: TokenRequest) => {
    const { signal } = caller;
    if ('refresh_token' in request) {
      const exchanged = await sessions.exchange(request.refresh_token, signal);
      const { key_hash, user_id, session_epoch, family } = exchanged.session;
      const user = await activeUser(user_id, session_epoch, signal);
      if (user && (!key_hash || (await userOfKey(key_hash, signal)))) return exchanged;
      await sessions.revoke(family, signal);
      throw refusedRefresh('the user, its tokens or its key ended');
    }
    if ('api_key' in request) {
      if (!isApiKey(request.api_key)) throw refusedKey('not a key by its form');
      const key_hash = sha256(request.api_key);
      const user = await userOfKey(key_hash, signal);
      if (!user) throw refusedKey('unknown, expired or suspended');
      const { id, session_epoch } = user;
      return sessions.begin({ tenant: id, user_id: id, session_epoch, key_hash }, signal);
    }
    const { id, session_epoch } = await verifyLogin(parts, caller, request);
    return sessions.begin({ tenant: id, user_id: id, session_epoch }, signal);
  };

  /** @throws CloudError `UNAUTHORIZED` whatever the reason */
  return async (caller: PublicCaller, request: TokenRequest): Promise<TokenAnswer> => {
    const { session, refreshToken } = await prove(caller, request);
    return {
      access_token: await sign(session, caller.signal),
      token_type: 'Bearer',
      expires_in: accessTokenSeconds,
      refresh_token: refreshToken,
    };
  };
};
