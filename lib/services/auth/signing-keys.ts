import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose';
import { signatureAlgorithm } from '../../platform/auth/access-token.ts';
import { sha256 } from '../../platform/auth/digest.ts';
import { identityKeys, SigningKey } from '../../platform/auth/records.ts';
import type { Sealer } from '../../platform/auth/sealer.ts';
import type { SecretReader } from '../../platform/auth/secret-reader.ts';
import { isLivePeriod, periodsToProvide, signingPeriod } from '../../platform/auth/signing-period.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Tables } from '../../platform/table/types.ts';
import type { JsonWebKeySet } from './schema.ts';

export interface SigningKeyParts {
  tables: Tables;
  clock: Clock;
  secret: SecretReader;
  /** Seals private halves; its purpose differs from every other sealer's. */
  sealer: Sealer;
}

/** Another execution made the key of this period first. */
class AlreadyMade extends Error {}

const generate = async (period: number, sealer: Sealer, signal: AbortSignal): Promise<SigningKey> => {
  const { publicKey, privateKey } = await generateKeyPair(signatureAlgorithm, {
    crv: 'Ed25519',
    extractable: true,
  });
  const { kty, crv, x } = await exportJWK(publicKey);
  if (!kty || !crv || !x) throw new Error('a generated key lacks a part');
  const sealed_private_jwk = await sealer.seal(JSON.stringify(await exportJWK(privateKey)), signal);
  return {
    kid: await calculateJwkThumbprint({ kty, crv, x }),
    period,
    public_jwk: { kty, crv, x },
    sealed_private_jwk,
  };
};

/**
 * The keys that access tokens are signed with: one for each 30 days, made when first needed by whoever comes first, the next
 * one two days ahead. Private halves lie sealed under the token secret; a changed secret simply gets keys of its own.
 */
export const createSigningKeys = ({ tables, clock, secret, sealer }: SigningKeyParts) => {
  let present: { id: string; kid: string; key: CryptoKey } | undefined;
  let provided: string | undefined;

  /** Names the period and, by a fingerprint, the secret that the private half is sealed under. */
  const idOf = async (period: number, signal: AbortSignal) =>
    `${String(period).padStart(6, '0')}#${sha256(`signing-key ${await secret.read(signal)}`).slice(0, 16)}`;

  const provide = async (period: number, signal: AbortSignal): Promise<SigningKey> => {
    const key = identityKeys.signingKey(await idOf(period, signal));
    const found = await tables.get(key, { consistent: true, signal });
    if (found) return SigningKey.parse(found);
    const made = await generate(period, sealer, signal);
    try {
      const when = { expression: 'attribute_not_exists(pk)' };
      await tables.write({ put: { ...key, ...made }, when, otherwise: () => new AlreadyMade() }, { signal });
      return made;
    } catch (error) {
      if (!(error instanceof AlreadyMade)) throw error;
      return SigningKey.parse(await tables.get(key, { consistent: true, signal }));
    }
  };

  return {
    /** The private key to sign with now. */
    async current(signal: AbortSignal): Promise<{ kid: string; key: CryptoKey }> {
      const now = clock.now();
      const ids = await Promise.all(periodsToProvide(now).map((period) => idOf(period, signal)));
      const [id] = ids;
      if (present && present.id === id && provided === ids.join()) return present;
      const [stored] = await Promise.all(periodsToProvide(now).map((period) => provide(period, signal)));
      if (!stored || !id || stored.period !== signingPeriod(now))
        throw new Error('there is no signing key for now');
      const jwk = JSON.parse(await sealer.open(stored.sealed_private_jwk, signal));
      present = { id, kid: stored.kid, key: (await importJWK(jwk, signatureAlgorithm)) as CryptoKey };
      provided = ids.join();
      return present;
    },

    /** The public halves whose signatures are good: one, and two while one follows the other. */
    async published(signal: AbortSignal): Promise<JsonWebKeySet> {
      const keys: JsonWebKeySet['keys'] = [];
      for await (const item of tables.query({
        partition: identityKeys.signingKeys,
        consistent: true,
        signal,
      })) {
        const { kid, period, public_jwk } = SigningKey.parse(item);
        if (isLivePeriod(period, clock.now()))
          keys.push({ kid, ...public_jwk, alg: signatureAlgorithm, use: 'sig' });
      }
      return { keys };
    },
  };
};

export type SigningKeys = ReturnType<typeof createSigningKeys>;
