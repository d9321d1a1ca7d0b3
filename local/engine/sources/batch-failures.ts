import { isRecord } from '../template/types.ts';

/**
 * Ids that a function reported as failed (`batchItemFailures`).
 *
 * @returns the ids; empty when all went well; `'all'` where the answer is malformed, which Lambda takes for a failure of
 *   the whole batch
 */
export const failedItems = (result: unknown): Set<string> | 'all' => {
  if (result === null || result === undefined || typeof result === 'string') return new Set();
  if (!isRecord(result) || result.batchItemFailures === undefined || result.batchItemFailures === null)
    return new Set();
  if (!Array.isArray(result.batchItemFailures)) return 'all';
  const ids = new Set<string>();
  for (const item of result.batchItemFailures) {
    const id = isRecord(item) ? item.itemIdentifier : undefined;
    if (typeof id !== 'string' || id === '') return 'all';
    ids.add(id);
  }
  return ids;
};
