import type { ApiClient } from './api-client.ts';
import { eventually } from './eventually.ts';

export interface Job {
  id: string;
  status: string;
  status_reason?: string;
  retry_of?: string;
  counts: Record<'total' | 'pending' | 'running' | 'succeeded' | 'failed' | 'cancelled', number>;
}

export interface JobItem {
  index: number;
  target_id?: string;
  status: string;
  error?: { type: string; message: string };
}

const order = ['pending', 'running', 'completed', 'failed', 'cancelled'];

/** @throws Error where the counts of a job do not add up */
export const checkCounts = ({ id, counts: { total, ...parts } }: Job): void => {
  const sum = Object.values(parts).reduce((all, one) => all + one, 0);
  if (sum !== total) throw new Error(`job ${id}: ${JSON.stringify(parts)} is not ${total}`);
};

/** Creates a job. @throws Error where it is not accepted */
export const createJob = async (api: ApiClient, input: Record<string, unknown>): Promise<Job> => {
  const answer = await api.post<Job>('/batch/jobs', input);
  if (answer.status !== 201) throw new Error(`the job was answered with ${answer.status}: ${answer.text}`);
  return answer.data;
};

/** Waits until a job has ended; at every look its counts add up and its status has only moved on. */
export const jobEnds = (api: ApiClient, id: string, deadlineMilliseconds = 60_000): Promise<Job> => {
  let status = 'pending';
  return eventually(
    `job ${id} has ended`,
    async () => {
      const { data } = await api.get<Job>(`/batch/jobs/${id}`);
      checkCounts(data);
      if (order.indexOf(data.status) < order.indexOf(status))
        throw new Error(`job ${id} went from ${status} to ${data.status}`);
      status = data.status;
      return order.indexOf(status) >= order.indexOf('completed') && data;
    },
    deadlineMilliseconds,
  );
};

/** All items of a job, page by page. */
export const itemsOf = async (api: ApiClient, id: string): Promise<JobItem[]> => {
  const items: JobItem[] = [];
  for (let cursor = ''; ; ) {
    const query = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const page = await api.get<JobItem[]>(`/batch/jobs/${id}/items?pageSize=100${query}`);
    if (page.status !== 200) throw new Error(`the items were answered with ${page.status}: ${page.text}`);
    items.push(...page.data);
    cursor = page.body.meta.next_cursor ?? '';
    if (!cursor) return items;
  }
};
