import type { Clock } from '../clock.ts';
import type { Resource } from '../table/resource.ts';
import type { Tables } from '../table/types.ts';
import type { Counter } from './counter.ts';
import type { ResourceKind } from './types.ts';

/** What the parts of one kind's store share. */
export interface StoreContext<R extends Resource> {
  kind: ResourceKind<R>;
  tables: Tables;
  clock: Clock;
  counter: Counter;
}

/** RFC 3339 in UTC, with milliseconds. */
export const timeOf = (clock: Clock): string => new Date(clock.now()).toISOString();
