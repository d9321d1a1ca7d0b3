import type { Caller } from '../../stand-in.ts';
import { type AccountStore, accountStore, scopeOf } from '../store/account-store.ts';
import type { Scope } from '../store/collection.ts';
import type { AccountLimits } from './account-limits.ts';
import type { Cloud } from './cloud.ts';
import type { EventSource } from './event-source.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Settings } from './settings.ts';

/** What an action works with during one call. */
export interface Call extends AccountStore {
  caller: Caller;
  scope: Scope;
  /** Milliseconds since the epoch, the same for the whole call. */
  now: number;
  /** When something made by this call becomes visible to those who name it. */
  visibleAt: number;
  limits: AccountLimits;
  lifecycle: Lifecycle;
  settings: Readonly<Settings>;
  events: EventSource;
  /** Takes an account's resource tokens for this action. @throws RequestLimitExceeded */
  takeResources(count: number): void;
}

export const openCall = (cloud: Cloud, action: string, caller: Caller): Call => {
  const now = cloud.timers.now();
  const scope = scopeOf(caller);
  return {
    ...accountStore(cloud.collections, scope),
    caller,
    scope,
    now,
    visibleAt: now + cloud.settings.visibilityDelayMilliseconds,
    limits: cloud.limits,
    lifecycle: cloud.lifecycle,
    settings: cloud.settings,
    events: cloud.events,
    takeResources: (count) => cloud.throttle.takeResources(scope, action, count),
  };
};
