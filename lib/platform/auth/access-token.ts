/** What the platform's access tokens say beside the registered claims. They say who, never what is allowed. */
export interface AccessClaims {
  /** The user. */
  sub: string;
  /** The refresh token's family; its end is the token's end. */
  sid: string;
  /** Unique for each token. */
  jti: string;
}

/** The only signature algorithm that is made or accepted (RFC 8725, 3.1). */
export const signatureAlgorithm = 'EdDSA';

/** Who the tokens are for. */
export const tokenAudience = 'thecloud-api';

/** RFC 9068: keeps other JWTs of ours, should there ever be any, from passing as access tokens. */
export const tokenType = 'at+jwt';

export const accessTokenSeconds = 900;

/** Who issues a stage's tokens: one stage's are worthless at another. */
export const tokenIssuer = (stage: string): string => `thecloud:${stage}`;

/** The clocks of two executions may differ by this much. */
export const clockToleranceSeconds = 5;
