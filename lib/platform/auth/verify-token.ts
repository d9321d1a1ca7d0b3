import { type CryptoKey, importJWK, type JWTHeaderParameters, jwtVerify } from 'jose';
import type { Clock } from '../clock.ts';
import type { Tables } from '../table/types.ts';
import {
  type AccessClaims,
  accessTokenSeconds,
  clockToleranceSeconds,
  signatureAlgorithm,
  tokenAudience,
  tokenType,
} from './access-token.ts';
import { identityKeys, SigningKey } from './records.ts';
import { isLivePeriod } from './signing-period.ts';

export interface VerifiedToken extends AccessClaims {
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

interface KnownKey {
  period: number;
  key: CryptoKey;
}

/** An unknown key id makes us read the key set again, at most this often: forged ids must not cost reads. */
const minimumRereadMilliseconds = 5_000;

/**
 * Checks access tokens against the public keys in the table of record, which are kept in memory.
 * Throws whatever is wrong with a token; the caller answers all of it alike.
 */
export const createTokenVerifier = (parts: { tables: Tables; clock: Clock; issuer: string }) => {
  const { tables, clock, issuer } = parts;
  let known = new Map<string, KnownKey>();
  let readAt = Number.NEGATIVE_INFINITY;

  const read = async (signal: AbortSignal) => {
    const keys = new Map<string, KnownKey>();
    for await (const item of tables.query({
      partition: identityKeys.signingKeys,
      consistent: true,
      signal,
    })) {
      const { kid, period, public_jwk } = SigningKey.parse(item);
      const key = (await importJWK({ ...public_jwk }, signatureAlgorithm)) as CryptoKey;
      keys.set(kid, { period, key });
    }
    known = keys;
    readAt = clock.now();
  };

  const keyOf = async ({ kid }: JWTHeaderParameters, signal: AbortSignal): Promise<CryptoKey> => {
    if (!kid) throw new Error('the token names no key');
    if (!known.has(kid) && clock.now() - readAt >= minimumRereadMilliseconds) await read(signal);
    const found = known.get(kid);
    if (!found || !isLivePeriod(found.period, clock.now())) throw new Error('the token names no live key');
    return found.key;
  };

  return async (token: string, signal: AbortSignal): Promise<VerifiedToken> => {
    const { payload } = await jwtVerify(token, (header) => keyOf(header as JWTHeaderParameters, signal), {
      algorithms: [signatureAlgorithm],
      issuer,
      audience: tokenAudience,
      typ: tokenType,
      currentDate: new Date(clock.now()),
      clockTolerance: clockToleranceSeconds,
      maxTokenAge: accessTokenSeconds,
      requiredClaims: ['sub', 'sid', 'jti', 'iat', 'exp'],
    });
    const { sub, sid, jti, exp } = payload;
    if (typeof sub !== 'string' || typeof sid !== 'string' || typeof jti !== 'string' || !exp)
      throw new Error('a claim of the token has the wrong type');
    return { sub, sid, jti, expiresAt: exp * 1000 };
  };
};
