import type * as z from 'zod/mini';
import type { ErrorType } from '../errors/index.ts';
import type { Caller, PublicCaller } from '../http/caller.ts';
import type { ListRequest } from '../http/list.ts';
import type { Listed } from '../http/route.ts';
import type { SlimAttribute } from '../table/definition.ts';
import type { Resource } from '../table/resource.ts';
import type { Condition, Item, Write } from '../table/types.ts';

/** How one kind of resource is kept. */
export interface ResourceKind<R extends Resource> {
  /** Upper case, for example `INSTANCE`: part of the partition key `T#<tenant>#<KIND>`. */
  kind: string;
  /** What a caller reads in `NOT_FOUND`, for example `instance`. */
  label: string;
  /** The type of that error where the contract has one of its own, for example `LB_NOT_FOUND`. */
  absent?: ErrorType;
  /** The stored record; items are parsed with it on the way out. */
  // biome-ignore lint/suspicious/noExplicitAny: only the output type matters
  schema: z.ZodMiniType<R, any>;
  /** `unique` per tenant, kept by a guard item; `shared` names are found through the name index, newest first. */
  names: 'unique' | 'shared' | 'none';
  /** Where a unique name is unique within less than the tenant, for example the VPC's id of a subnet. Never changes. */
  nameScope?(resource: R): string;
  /** Whether reality lies in AWS, so that records carry the lifecycle and deletes leave a tombstone. */
  reconciled: boolean;
  /** Further attributes that the slim index projects, for example `{ zone }`. */
  slim?(resource: R): Item;
}

/** What one resource takes of its tenant's quotas, by quota name, for example `{ instances: 1, vcpus: 2 }`. */
export type Usage = Readonly<Record<string, number>>;

/** The default limit of each quota; a tenant's own, set by an administrator, goes before it. */
export type Limits = Readonly<Record<string, number>>;

export interface QuotaUse {
  resource: string;
  used: number;
  limit: number;
}

export interface ListFilters<R> {
  /** Equality, for example `{ status: 'RUNNING', zone: 'us-east-1a' }`: on what the slim index holds, and so on nothing else. */
  equals?: Partial<Record<SlimAttribute & keyof R, string | undefined>>;
  /** Further condition over the slim index's attributes (tags). */
  where?: Condition;
}

/** A change that a caller's request comes to. */
export interface Decided<R> {
  set?: Partial<R>;
  remove?: readonly (keyof R & string)[];
  intent?: boolean;
  /** What it takes more of the tenant's quotas, for example `{ volume_gib: 10 }`; checked against the limits. */
  usage?: Usage;
  extra?: readonly Write[];
}

/** What goes with a delete: the tombstone's event, the usage of a kind without lifecycle, further writes. */
export interface Removal<R> {
  set?: Partial<R>;
  usage?: Usage;
  extra?: readonly Write[];
}

/**
 * The store of one kind. Every write moves `version` by one and is conditional on the version it was decided on; every
 * change that a request makes is one transaction with its counter, its name guard, and its idempotency record.
 */
export interface ResourceStore<R extends Resource> {
  readonly kind: ResourceKind<R>;
  /**
   * Writes a new resource: one transaction of the record, the tenant's counter (checked against the limits), the name
   * guard where names are unique, the idempotency record, and `extra`.
   * @throws CloudError `RESOURCE_LIMIT_EXCEEDED` naming the quota, `CONFLICT` for a taken name
   */
  create(
    caller: PublicCaller,
    resource: R,
    options?: { usage?: Usage; answer?: unknown; extra?: readonly Write[] },
  ): Promise<R>;
  /**
   * Writes up to 45 new resources of one tenant in one transaction: all or none, the counter changed once.
   * @throws CloudError as `create`
   */
  createMany(
    caller: PublicCaller,
    resources: readonly R[],
    options?: { usageOf?: (resource: R) => Usage; answer?: unknown; extra?: readonly Write[] },
  ): Promise<R[]>;
  /** By id, strongly consistent; tombstones are not found. */
  find(
    tenant: string,
    id: string,
    options?: { signal?: AbortSignal; tombstones?: boolean },
  ): Promise<R | undefined>;
  /** By id in any form of contract 1.4, or else by exact name where the kind has names. @throws CloudError `NOT_FOUND` */
  get(
    tenant: string,
    idOrName: string,
    options?: {
      signal?: AbortSignal;
      /** Of the name, where the kind has scopes; without it only an id is found. */
      scope?: string;
    },
  ): Promise<R>;
  /**
   * Changes one resource: reads it, asks `decide` for what to change, writes that under the version, and reads again
   * where somebody was faster. `undefined` from `decide` changes nothing (the idempotency record is still kept).
   * With `intent: true` the generation grows by one and the record joins the work index.
   * `decide` may throw a CloudError. It must change nothing: it may run more than once.
   */
  change(
    caller: Caller,
    idOrName: string,
    decide: (current: R) => Decided<R> | undefined | Promise<Decided<R> | undefined>,
    answer: (after: R) => unknown,
  ): Promise<R>;
  /**
   * Deletes: a reconciled kind becomes a hidden tombstone with a new generation, out of lists and its name free at once,
   * its usage held until `forget`; any other kind goes at once. Idempotency as everywhere.
   * `usage` is what a kind without lifecycle gives back.
   */
  remove(
    caller: Caller,
    idOrName: string,
    decide: (current: R) => Removal<R> | Promise<Removal<R>>,
    answer: unknown,
  ): Promise<R>;
  /**
   * Takes back the delete of a reconciled resource: its tombstone is a resource again, converged, under its old name and
   * back in the counter's list. One that is not deleted is left as it is.
   * `decide` may throw a CloudError where the delete can't be taken back any more.
   * @throws CloudError `NOT_FOUND`, `CONFLICT` where the name was taken meanwhile
   */
  restore(
    caller: Caller,
    id: string,
    decide: (tombstone: R) => { set?: Partial<R>; remove?: readonly (keyof R & string)[] },
    answer: (after: R) => unknown,
  ): Promise<R>;
  /**
   * A change as a write for somebody else's transaction, decided on the given record. Whoever commits it does so within
   * `untilCurrent`, as the write fails where the record has moved on. Not for a change of name.
   */
  plan(
    resource: R,
    change: { set?: Partial<R>; remove?: readonly (keyof R & string)[]; intent?: boolean },
  ): { after: R; write: Write };
  /** A delete as writes for somebody else's transaction, as `plan`; reconciled kinds only. `set` holds the event. */
  planRemoval(resource: R, set?: Partial<R>): Write[];
  /** Every resource of the tenant, newest first, strongly consistent; at most `limit` (1,000), then `nextCursor`. */
  list(
    tenant: string,
    options?: { limit?: number; cursor?: string; signal?: AbortSignal },
  ): Promise<Listed<R[]>>;
  /**
   * The page that was asked for, at the cost that `docs/limits.md` states: newest-first and cursor pages read the table
   * itself, a page by number skips through the slim index, filters and other orders read the slim index whole.
   * Falls back to `list` where `request.paged` is false and no filter is given.
   */
  page(
    tenant: string,
    request: ListRequest,
    filters?: ListFilters<R>,
    signal?: AbortSignal,
  ): Promise<Listed<R[]>>;

  // For the lifecycle engine: fenced by version, without a caller.
  /** Writes what was observed or decided. @returns undefined where the version has moved on */
  settle(
    resource: R,
    change: { set?: Partial<R>; remove?: readonly (keyof R & string)[]; extra?: readonly Write[] },
    signal?: AbortSignal,
  ): Promise<R | undefined>;
  /**
   * Deletes on the platform's own behalf, as `remove` does for a caller: what goes along with its parent. The tombstone's
   * event is the given one. @returns false where it is gone or deleted already
   */
  removeAlong(
    tenant: string,
    id: string,
    change: { set?: Partial<R>; extra?: readonly Write[] },
    signal?: AbortSignal,
  ): Promise<boolean>;
  /** Ends a tombstone: the record and `usage` go in one transaction. @returns false where the version has moved on */
  forget(resource: R, usage: Usage, extra?: readonly Write[], signal?: AbortSignal): Promise<boolean>;
}

/** A tenant's quotas over all kinds: read, and set by an administrator. */
export interface Quotas {
  list(tenant: string, signal?: AbortSignal): Promise<QuotaUse[]>;
  /** @throws CloudError `INVALID_INPUT` for a quota that does not exist */
  set(
    caller: Caller,
    tenant: string,
    limits: Limits,
    answer: (after: QuotaUse[]) => unknown,
  ): Promise<QuotaUse[]>;
}
