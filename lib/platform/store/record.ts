import { isEvent, packEvent, unpackEvent } from '../table/event-codec.ts';
import { nameIndexKey, resourceKey } from '../table/keys.ts';
import type { Reconciled, Resource } from '../table/resource.ts';
import type { Item, Key } from '../table/types.ts';
import { workKeys } from '../work/work-index.ts';
import type { ResourceKind } from './types.ts';

export const isReconciled = <R extends Resource>(
  kind: ResourceKind<R>,
  _resource: R,
): _resource is R & Reconciled => kind.reconciled;

/** `T#<tenant>#<KIND>`: the tenant's id has no `#`. */
const tenantOf = (pk: string): string => pk.split('#', 2)[1] ?? '';

/** Attributes in their stored form; the event without what follows from the rest. */
const stored = (tenant: string, attributes: Item): Item =>
  isEvent(attributes.event) ? { ...attributes, event: packEvent(attributes.event, tenant) } : attributes;

/**
 * A stored item as its kind's record. Id and tenant are kept in the key alone, and the owner where it is not the
 * tenant's own user: a list is paid by the byte.
 */
export const fromItem = <R extends Resource>(kind: ResourceKind<R>, item: Item): R => {
  const tenant = tenantOf(String(item.pk));
  const event = unpackEvent(item.event, tenant);
  return kind.schema.parse({ user_id: tenant, ...item, id: item.sk, tenant, ...(event && { event }) }) as R;
};

/** The attributes that only the indexes need. */
const indexed = <R extends Resource>(kind: ResourceKind<R>, resource: R): Item => {
  const live = !isReconciled(kind, resource) || !resource.deleted_at;
  return {
    ...kind.slim?.(resource),
    ...(kind.names === 'shared' && live && { nsk: nameIndexKey(resource.name, resource.id) }),
  };
};

/** When a record needs attention next, or `undefined` where it has converged. */
const dueAt = <R extends Resource>(kind: ResourceKind<R>, resource: R, now: string): string | undefined => {
  if (!isReconciled(kind, resource)) return undefined;
  if (resource.next_attempt_at) return resource.next_attempt_at;
  return resource.deleted_at || resource.observed_generation < resource.generation ? now : undefined;
};

/** A new record as an item, with what its indexes need. */
export const toNewItem = <R extends Resource>(
  kind: ResourceKind<R>,
  resource: R,
  now: string,
): Item & Key => {
  const { id, tenant, user_id, ...attributes } = resource;
  const due = dueAt(kind, resource, now);
  return {
    ...stored(tenant, attributes),
    ...(user_id !== tenant && { user_id }),
    ...indexed(kind, resource),
    ...(due && workKeys(tenant, kind.kind, id, due)),
    ...resourceKey(tenant, kind.kind, id),
  };
};

/** Never attributes of an item. */
const inKey = ['id', 'tenant'] as const;

export interface Edit<R> {
  after: R;
  set: Record<string, unknown>;
  remove: string[];
}

const differs = (a: unknown, b: unknown): boolean => a !== b && JSON.stringify(a) !== JSON.stringify(b);

/**
 * One change of a record: what it is afterwards, and the attributes to write. Every change moves `version` by one and
 * sets `updated_at`; an `undefined` in `set` leaves the attribute alone.
 */
export const editOf = <R extends Resource>(
  kind: ResourceKind<R>,
  before: R,
  change: { set?: Partial<R>; remove?: readonly string[] },
  now: string,
): Edit<R> => {
  const set: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(change.set ?? {})) if (value !== undefined) set[name] = value;
  const remove = new Set((change.remove ?? []).filter((name) => !(name in set)));
  Object.assign(set, { version: before.version + 1, updated_at: now });
  const after: Record<string, unknown> = { ...before, ...set };
  for (const name of remove) delete after[name];
  const edited = after as unknown as R;

  const [indexedBefore, indexedAfter] = [indexed(kind, before), indexed(kind, edited)];
  for (const [name, value] of Object.entries(indexedAfter))
    if (value !== undefined && differs(value, indexedBefore[name])) set[name] = value;
  for (const [name, value] of Object.entries(indexedBefore))
    if (value !== undefined && indexedAfter[name] === undefined) remove.add(name);

  const due = dueAt(kind, edited, now);
  const [dueBefore, wanted] = [dueAt(kind, before, ''), dueAt(kind, edited, '')];
  if (due === undefined) {
    if (kind.reconciled) for (const name of ['wpk', 'wsk']) remove.add(name);
  } else if (dueBefore !== wanted || intentChanged(before, edited)) {
    Object.assign(set, workKeys(edited.tenant, kind.kind, edited.id, due));
  }
  for (const name of inKey) {
    delete set[name];
    remove.delete(name);
  }
  return { after: edited, set: stored(edited.tenant, set), remove: [...remove] };
};

const intentChanged = <R extends Resource>(before: R, after: R): boolean =>
  (before as Partial<Reconciled>).generation !== (after as Partial<Reconciled>).generation;
