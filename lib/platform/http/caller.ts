import type { Principal } from '../auth/principal.ts';
import type { Write } from '../table/types.ts';

/**
 * The answer that an `Idempotency-Key` is remembered with. A service puts `record(result)` into the very transaction
 * that makes its change, so that a crash can't leave one without the other.
 */
export interface Idempotency {
  /** The key as the client gave it. */
  given: string;
  /** The write that stores the answer `result` will become. */
  record(result: unknown): Write;
}

/** What every request carries, whoever sends it. */
export interface PublicCaller {
  requestId: string;
  /** Aborted before Lambda ends the function. Goes down to every AWS call. */
  signal: AbortSignal;
  /** The client's address as the edge saw it. */
  viewerAddress: string;
  userAgent: string;
  /** Present where the request has an `Idempotency-Key` and its route honours it. */
  idempotency?: Idempotency;
}

/** A caller that authentication knows. */
export interface Caller extends PublicCaller {
  principal: Principal;
}

/** The idempotency record of the caller's answer as transaction writes: one, or none without a key. */
export const recorded = (caller: PublicCaller, result: unknown): Write[] =>
  caller.idempotency ? [caller.idempotency.record(result)] : [];
