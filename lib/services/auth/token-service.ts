import type { PublicCaller } from '../../platform/http/caller.ts';
import type { JsonWebKeySet, TokenAnswer, TokenRequest } from './schema.ts';
import { createSessions } from './sessions.ts';
import { createSigningKeys, type SigningKeyParts } from './signing-keys.ts';
import { createTokens, type TokenParts } from './tokens.ts';

export type TokenServiceParts = SigningKeyParts & Omit<TokenParts, 'sessions' | 'signingKeys'>;

/** All that needs the JWT library. */
export const createTokenService = (parts: TokenServiceParts) => {
  const signingKeys = createSigningKeys(parts);
  const issue = createTokens({ ...parts, sessions: createSessions(parts), signingKeys });
  return {
    issue: (caller: PublicCaller, body: TokenRequest): Promise<TokenAnswer> => issue(caller, body),
    publishedKeys: (caller: PublicCaller): Promise<JsonWebKeySet> => signingKeys.published(caller.signal),
  };
};

export type TokenService = ReturnType<typeof createTokenService>;
