import type * as z from 'zod/mini';
import type { Permission } from '../../../platform/auth/permissions.ts';
import type { Caller } from '../../../platform/http/caller.ts';
import type { NewId } from '../../../platform/ids.ts';
import type { Tables, Write } from '../../../platform/table/types.ts';
import type { BulkInstances, InstancePlans } from '../../instances/service.ts';
import type { ItemState } from '../chunk.ts';
import type { ItemError } from '../schema.ts';

/** What the actions use of other services. */
export interface ActionServices {
  tables: Pick<Tables, 'transact'>;
  bulk: BulkInstances;
  plans: InstancePlans;
  newId: NewId;
}

/** Some items of one job that are to begin together. */
export interface Slice<P> {
  /** The platform, on behalf of who created the job. */
  caller: Caller;
  parameters: P;
  /** What they are for; of an action that makes things, nothing in each place. */
  targets: readonly (string | undefined)[];
  /** Whether nothing may begin behind the first of them that fails: the slice then ends with it. */
  endsAtFailure: boolean;
  /**
   * The job's own part of the transaction that begins them, given how they stand then: fewer than asked for where a
   * transaction has no room for all. At most 4 writes.
   */
  record(items: readonly ItemState[]): readonly Write[];
}

/** How an item that was under way has ended. */
export type Ended = { status: 'succeeded' } | { status: 'failed'; error: ItemError };

/** One kind of action. A new one is a file with such a declaration, and a line in `index.ts`. */
// biome-ignore lint/suspicious/noExplicitAny: the list holds actions of all parameters
export interface BatchAction<P = any> {
  /** For example `instance.stop`. */
  name: string;
  /** What the request for the one thing needs: who creates, cancels or retries a job of this action must have it. */
  permission: Permission;
  /** Whether it is for things that are there, or makes a number of new ones. */
  takes: 'targets' | 'count';
  parameters: z.ZodMiniType<P>;
  /** The backend that brings it about: while its circuit breaker is open, nothing new begins. */
  backend?: string;
  /**
   * Begins the items of a slice, all in one transaction with what the slice records: so a repeat finds either all of it
   * done or nothing.
   * @returns how many were begun; `undefined` where a record has moved on, and nothing is written
   * @throws CloudError what would be refused of the slice as a whole; nothing is written then
   */
  begin(slice: Slice<P>, services: ActionServices): Promise<number | undefined>;
  /** How those of these running items ended that have; by target. */
  follow(
    running: ReadonlyMap<string, ItemState>,
    tenant: string,
    services: ActionServices,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Ended>>;
}
