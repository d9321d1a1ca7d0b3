import type { StandIn, StandInContext } from '../stand-in.ts';
import { type Deliver, putEvents } from './put-events.ts';

export type { Event } from './event.ts';
export { eventTime } from './event.ts';
export { compilePattern, matches } from './pattern.ts';
export type { Deliver } from './put-events.ts';

/** EventBridge as functions see it. Buses, rules and targets are the engine's; `deliver` hands each event to them. */
export const createEventBridge = (
  { timers }: Pick<StandInContext, 'timers'>,
  { deliver }: { deliver: Deliver },
): StandIn => ({
  client: 'EventBridgeClient',
  actions: { PutEventsCommand: putEvents(timers, deliver) },
});
