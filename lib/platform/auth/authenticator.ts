import type { Principal } from './principal.ts';

export type Credential = { apiKey: string } | { bearer: string };

/** Turns a credential into a principal; what it finds is cached for at most 20 s (a revocation holds within 30 s). */
export interface Authenticator {
  /** @throws CloudError `UNAUTHORIZED` for what is unknown, revoked, expired, forged, or a suspended tenant's */
  authenticate(credential: Credential, signal: AbortSignal): Promise<Principal>;
  /** Forgets what is cached, so that a change made in this very process holds at once in it. */
  forget(): void;
}
