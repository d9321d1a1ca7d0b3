import { createStore } from '../platform/store/create-store.ts';
import { CronJobs, cronJobKind, cronRunKind } from '../services/cron/service.ts';
import { createTargetCheck } from '../services/cron/target.check.ts';
import { config } from './config.ts';
import { cronTargetChecks } from './cron-target-checks.ts';
import { targetPolicy } from './egress.ts';
import type { AppParts } from './serve.ts';

/** What is wanted of cron jobs. */
export const composeCronJobs = (parts: Pick<AppParts, 'tables' | 'clock' | 'newId'>): CronJobs => {
  const stored = { ...parts, limits: config('DEFAULT_QUOTAS').DEFAULT_QUOTAS };
  return new CronJobs({
    ...parts,
    store: createStore(cronJobKind, stored),
    runs: createStore(cronRunKind, stored),
    policy: targetPolicy(),
    checkTarget: createTargetCheck(cronTargetChecks(parts)),
  });
};
