/**
 * Why no answer came: `forbidden` by the policy, the name did not resolve (`unresolved`), no connection or a broken
 * one (`unreachable`), `timeout`, an answer beyond the cap (`too_large`), or the request was given up (`aborted`).
 */
export type EgressReason = 'forbidden' | 'unresolved' | 'unreachable' | 'timeout' | 'too_large' | 'aborted';

/** A request that got no answer. The message is fit for the tenant who named the target: it tells no address of a name. */
export class EgressError extends Error {
  override readonly name = 'EgressError';
  readonly reason: EgressReason;

  constructor(reason: EgressReason, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}
