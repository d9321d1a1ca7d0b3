import type { Client } from './client.ts';
import type { Kind, Known } from './memory.ts';

type Made = { id: string; name?: string };

/** One thing that a client may do; nothing where it has nothing to do it with. */
export type Action = (client: Client) => Promise<unknown> | undefined;

export const madeBy = (
  client: Client,
  kind: Kind,
  parents: string[] = [],
  facts: Record<string, string> = {},
) => ({
  learn: ({ data }: { data: unknown }) => {
    const { id, name = '' } = data as Made;
    client.memory.add(kind, id, name, parents, facts);
  },
});

export const some = ({ memory, world }: Client, kind: Kind): Known | undefined => {
  const all = memory.of(kind);
  return all.length > 0 ? world.random.pick(all) : undefined;
};

/** Few names, so that some are taken. */
export const nameFor = ({ world }: Client, kind: string): string => `${kind}-${world.random.between(1, 8)}`;

export const remove = (client: Client, one: Known | undefined, path: string, query?: string) => {
  if (!one) return undefined;
  one.deleteSent = true;
  return client.change('DELETE', `${path}/${one.id}`, undefined, {
    query,
    learn: () => {
      one.deleted = true;
      one.deletedAt ??= client.world.scheduler.now();
    },
    action: { name: 'delete', target: one.id },
  });
};
