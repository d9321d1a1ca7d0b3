import { importJWK, SignJWT, UnsecuredJWT } from 'jose';
import {
  accessTokenSeconds,
  signatureAlgorithm,
  tokenAudience,
  tokenIssuer,
  tokenType,
} from '../../lib/platform/auth/access-token.ts';
import { createSealer } from '../../lib/platform/auth/sealer.ts';
import type { RunningEngine } from './engine.ts';
import { recordItems } from './engine-inspection.ts';

/** What a made-up token says; by default all that a good one does. */
export interface TokenClaims {
  audience?: string;
  issuer?: string;
  type?: string;
  /** Seconds before now that it was issued. */
  age?: number;
  lifetime?: number;
}

/**
 * Signs tokens with the platform's own key, taken from the table and the token secret as only its operator could: so what is
 * wrong with a token is the one claim that the test has bent.
 */
export const tokenForge = async (engine: RunningEngine) => {
  const environment = Object.values(engine.functions).find((one) => one.TOKEN_SECRET_ARN);
  const secret = (await engine.standIns.call('SecretsManagerClient', 'GetSecretValueCommand', {
    SecretId: environment?.TOKEN_SECRET_ARN,
  })) as { SecretString: string };
  const sealer = createSealer({ read: async () => secret.SecretString }, 'signing-keys');
  const item = (await recordItems(engine)).find(({ pk }) => pk === 'SIGNING_KEYS');
  const jwk = JSON.parse(await sealer.open(String(item?.sealed_private_jwk)));
  const key = await importJWK(jwk, signatureAlgorithm);
  const kid = String(item?.kid);

  const issue = (good: string, claims: TokenClaims = {}, signed = key): Promise<string> => {
    const { sub, sid, jti } = JSON.parse(Buffer.from(good.split('.')[1] ?? '', 'base64url').toString());
    const issuedAt = Math.floor(Date.now() / 1000) - (claims.age ?? 0);
    return new SignJWT({ sid })
      .setProtectedHeader({ alg: signatureAlgorithm, typ: claims.type ?? tokenType, kid })
      .setSubject(sub)
      .setIssuer(claims.issuer ?? tokenIssuer(String(environment?.STAGE)))
      .setAudience(claims.audience ?? tokenAudience)
      .setJti(jti)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + (claims.lifetime ?? accessTokenSeconds))
      .sign(signed);
  };

  /** The same claims, and `alg: none`. */
  const unsigned = (good: string): string => {
    const claims = JSON.parse(Buffer.from(good.split('.')[1] ?? '', 'base64url').toString());
    return new UnsecuredJWT(claims).encode();
  };

  return { issue, unsigned, kid };
};
