import { derivedId } from '../derived-id.ts';
import type { LifecycleEvent, Reconciled } from '../table/resource.ts';
import type { Outcome } from './types.ts';

/** How an action ended, as an event of its own with an id that follows from the action's. */
export const completed = (
  { error: _, ...event }: LifecycleEvent,
  phase: 'succeeded' | 'failed',
  at: string,
  error?: string,
): LifecycleEvent => ({
  ...event,
  id: `${event.action_id}:${phase}`,
  phase,
  at,
  ...(error !== undefined && { error }),
});

/** Something that happened by itself: nobody's action. */
const observed = ({ id, version }: Reconciled, at: string, error?: string): LifecycleEvent => {
  // A history is sorted by these ids, so it carries its time like every other.
  const own = derivedId(Date.parse(at), `${id}:${version}:observed`);
  return {
    id: own,
    action_id: own,
    action: 'observe',
    phase: 'observed',
    at,
    ...(error !== undefined && { error }),
  };
};

/** Whether its state changes by itself: what was wanted had come about, and nobody has asked for anything since. */
export const changesByItself = (record: Reconciled, status: string | undefined): boolean =>
  status !== undefined &&
  status !== record.status &&
  record.observed_generation >= record.generation &&
  record.event?.phase !== 'requested';

/** The event that a record's outcome is told by: the end of the action under way, if there is one. */
export const eventOf = (
  record: Reconciled,
  { phase, error }: Partial<Outcome>,
  at: string,
): LifecycleEvent | undefined => {
  if (phase === 'observed') return observed(record, at, error);
  if (record.event?.phase !== 'requested') return undefined;
  return completed(record.event, phase === 'failed' ? 'failed' : 'succeeded', at, error);
};
