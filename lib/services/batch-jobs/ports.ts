import type { Breakers } from '../../platform/breaker/breakers.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/lifecycle/log.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Tables } from '../../platform/table/types.ts';
import type { ActionServices, BatchAction } from './actions/action.ts';
import type { BatchJobRecord } from './record.ts';

/** What running a job needs. */
export interface RunnerOptions {
  store: Pick<ResourceStore<BatchJobRecord>, 'plan' | 'find'>;
  tables: Pick<Tables, 'get' | 'batchGet' | 'transact'>;
  services: ActionServices;
  actions: ReadonlyMap<string, BatchAction>;
  breakers: Pick<Breakers, 'passage'>;
  /** Whether a tenant may have nothing begun for it. */
  isSuspended(tenant: string, signal: AbortSignal): Promise<boolean>;
  clock: Clock;
  log: Pick<Log, 'warn'>;
}

/** One look at one job: what its parts share. */
export interface Look {
  action: BatchAction;
  signal: AbortSignal;
}

/** Somebody else has changed the job: it is read again before anything else. */
export class JobMoved extends Error {}
