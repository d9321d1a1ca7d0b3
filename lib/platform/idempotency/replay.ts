import type { Item } from '../table/types.ts';

/**
 * Thrown out of a service's transaction when its idempotency record is already there: the request has been answered
 * before. Never seen by a caller; the middleware answers again what is remembered.
 */
export class IdempotentReplay extends Error {
  override readonly name = 'IdempotentReplay';
  readonly found: Item | undefined;

  constructor(found: Item | undefined) {
    super('the request has been answered before');
    this.found = found;
  }
}
