import type { ApiClient } from './api-client.ts';
import { recordText } from './engine-inspection.ts';
import { eventually } from './eventually.ts';

interface Instance {
  id: string;
  status: string;
}

/** Waits for an instance's status. */
export const becomes = (api: ApiClient, id: string, status: string, deadlineMilliseconds?: number) =>
  eventually(
    `${id} is ${status}`,
    async () => {
      const { data } = await api.get<Instance>(`/instances/${id}`);
      return data?.status === status ? data : undefined;
    },
    deadlineMilliseconds,
  );

/** Launches an instance and waits until it runs. */
export const settledInstance = async (
  api: ApiClient,
  name: string,
  more: Record<string, unknown> = {},
): Promise<string> => {
  const launched = await api.post<Instance>('/instances', { name, image: 'al2023', ...more });
  if (launched.status !== 201) throw new Error(`launch answered ${launched.status}: ${launched.text}`);
  await becomes(api, launched.data.id, 'RUNNING');
  return launched.data.id;
};

/** Waits until every action has its outcome and nothing writes to the table of record any more. */
export const stillTable = async (engine: Parameters<typeof recordText>[0]): Promise<void> => {
  let last = '';
  let unchanged = 0;
  await eventually(
    'the table is still',
    async () => {
      const now = await recordText(engine);
      unchanged = now === last ? unchanged + 1 : 0;
      last = now;
      return unchanged >= 30;
    },
    20_000,
  );
};
