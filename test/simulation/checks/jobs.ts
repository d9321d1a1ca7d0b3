import type { Client } from '../program/client.ts';
import { type Image, numberOf } from '../table/values.ts';
import type { AnyRecord } from './records.ts';

const ended = new Set(['completed', 'failed', 'cancelled']);

/** A job's counts add up whenever one looks, and a job that has ended has nothing under way. */
export const jobAddsUp = (job: Image): string[] => {
  const read = (name: string): number => numberOf(job[name]) ?? 0;
  const counts = [read('running'), read('succeeded'), read('failed')];
  const [running = 0] = counts;
  const begun = counts.reduce((sum, count) => sum + count, 0);
  return [
    ...(counts.some((count) => count < 0) || begun > read('total')
      ? [`counts ${counts.join(' ')} of ${read('total')} items`]
      : []),
    ...(ended.has(job.status?.S ?? '') && running > 0 && !job.deleted_at
      ? [`has ended with ${running} items under way`]
      : []),
  ];
};

interface Item {
  index: number;
  target_id?: string;
  status: string;
}

/** Each job's items are what its counts say, and no two launches have made the same instance. */
export const checkJobs = async (
  clients: readonly Client[],
  records: readonly AnyRecord[],
): Promise<{ broken: string[]; launched: Set<string> }> => {
  const broken: string[] = [];
  const launched = new Set<string>();
  for (const job of records) {
    const client = clients.find(({ tenant }) => tenant.id === job.tenant);
    if (job.kind !== 'BATCH_JOB' || !client) continue;
    const [shown, listed] = [
      await client.read(`/batch/jobs/${job.id}`),
      await client.read(`/batch/jobs/${job.id}/items`),
    ];
    if (shown.status !== 200 || listed.status !== 200) {
      broken.push(`BATCH_JOB ${job.id} answers ${shown.status} and ${listed.status}`);
      continue;
    }
    const { counts } = shown.data as { counts: Record<string, number> };
    const items = listed.data as Item[];
    if (items.length !== counts.total)
      broken.push(`BATCH_JOB ${job.id} has ${items.length} items of ${counts.total}`);
    for (const status of ['pending', 'running', 'succeeded', 'failed', 'cancelled']) {
      const found = items.filter((item) => item.status === status).length;
      if (found !== counts[status])
        broken.push(`BATCH_JOB ${job.id} counts ${counts[status]} ${status}, there are ${found}`);
    }
    if (job.action !== 'instance.launch') continue;
    for (const { target_id } of items) {
      if (target_id === undefined) continue;
      if (launched.has(target_id)) broken.push(`INSTANCE ${target_id} was launched by two items`);
      launched.add(target_id);
    }
  }
  return { broken, launched };
};
