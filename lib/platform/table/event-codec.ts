import type { LifecycleEvent } from './resource.ts';
import type { Item } from './types.ts';

/** The id that an event has if it says nothing else. */
const usualId = ({ action_id, phase }: Pick<LifecycleEvent, 'action_id' | 'phase'>): string =>
  phase === 'requested' ? action_id : `${action_id}:${phase}`;

/** Whether an attribute is a lifecycle event, packed or not. */
export const isEvent = (value: unknown): value is LifecycleEvent =>
  typeof value === 'object' && value !== null && 'action_id' in value && 'phase' in value;

/**
 * An event as an item holds it: without what follows from the rest. Every record has one and every list reads them all,
 * and these two ids are a tenth of a record.
 */
export const packEvent = ({ id, user, ...event }: LifecycleEvent, tenant: string): Item => ({
  ...event,
  ...(id !== usualId(event) && { id }),
  // A null says that nobody asked; left out, the tenant's own user did.
  ...(user !== tenant && { user: user ?? null }),
});

/** The event of an item, however it was written. */
export const unpackEvent = (packed: unknown, tenant: string): LifecycleEvent | undefined => {
  if (!isEvent(packed)) return undefined;
  const { user = tenant, ...rest } = packed as Omit<LifecycleEvent, 'user'> & { user?: string | null };
  const event = { ...rest, id: rest.id ?? usualId(rest) };
  return user === null ? event : { ...event, user };
};
