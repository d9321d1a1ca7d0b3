import type { ResourceStore } from '../../../platform/store/types.ts';
import type { LaunchBatchRecord } from './record.ts';

/** Whether a batch is still at work for its members. One that broke down is not: then they go by themselves. */
export const createLaunchBatchIsThere =
  (store: Pick<ResourceStore<LaunchBatchRecord>, 'find'>) =>
  async (tenant: string, id: string, signal: AbortSignal): Promise<boolean> => {
    const batch = await store.find(tenant, id, { signal });
    return batch !== undefined && batch.status !== 'ERROR';
  };
