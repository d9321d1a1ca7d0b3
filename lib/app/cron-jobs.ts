import { invalid } from '../platform/errors/index.ts';
import { createStore } from '../platform/store/create-store.ts';
import { CronJobs, type CronJobsOptions, cronJobKind, cronRunKind } from '../services/cron/service.ts';
import { config } from './config.ts';
import { targetPolicy } from './egress.ts';
import type { AppParts } from './serve.ts';

/** What is wanted of cron jobs. */
export const composeCronJobs = (parts: Pick<AppParts, 'tables' | 'clock' | 'newId'>): CronJobs => {
  const stored = { ...parts, limits: config('DEFAULT_QUOTAS').DEFAULT_QUOTAS };
  const checkTarget: CronJobsOptions['checkTarget'] = async (_caller, { type }) => {
    throw invalid('target.type', `there are no targets of type ${type} yet`);
  };
  return new CronJobs({
    ...parts,
    store: createStore(cronJobKind, stored),
    runs: createStore(cronRunKind, stored),
    policy: targetPolicy(),
    checkTarget,
  });
};
