import * as z from 'zod/mini';
import type { Item, Key, Tables, Write } from '../../platform/table/types.ts';
import { itemsPartition } from './chunk.ts';
import { packIds, unpackIds } from './packed-ids.ts';

/** Targets of one page: 11 KB. A job of 10,000 has 20 pages, which fit into the transaction that accepts it. */
export const pageSize = 500;

const pageKey = (tenant: string, job: string, page: number): Key => ({
  pk: itemsPartition(tenant, job),
  sk: `PAGE#${String(page).padStart(4, '0')}`,
});

const parametersKey = (tenant: string, job: string): Key => ({
  pk: itemsPartition(tenant, job),
  sk: 'PARAMETERS',
});

/** What a job was created with, as writes of the transaction that accepts it: it is never written again. */
export const manifestWrites = (
  { tenant, id }: { tenant: string; id: string },
  targets: readonly string[],
  parameters: unknown,
): Write[] => {
  const pages: Write[] = [];
  for (let start = 0; start < targets.length; start += pageSize)
    pages.push({
      put: {
        ...pageKey(tenant, id, start / pageSize),
        targets: packIds(targets.slice(start, start + pageSize)),
      },
    });
  return [{ put: { ...parametersKey(tenant, id), parameters, has_targets: targets.length > 0 } }, ...pages];
};

const Head = z.object({ parameters: z.unknown(), has_targets: z.boolean() });
const Page = z.object({ targets: z.string() });

const pageOf = (item: Item | undefined): string[] => unpackIds(Page.parse(item).targets);

/** Reads what a job was created with; each page once for each reader. */
export const createManifestReader = (
  tables: Pick<Tables, 'get'>,
  { tenant, id }: { tenant: string; id: string },
  signal?: AbortSignal,
) => {
  const pages = new Map<number, Promise<string[]>>();
  let head: Promise<z.infer<typeof Head>> | undefined;

  const read = (key: Key) => tables.get(key, { consistent: true, signal });

  const page = (number: number): Promise<string[]> => {
    const known = pages.get(number) ?? read(pageKey(tenant, id, number)).then(pageOf);
    pages.set(number, known);
    return known;
  };

  const readHead = () => {
    head ??= read(parametersKey(tenant, id)).then((item) => Head.parse(item));
    return head;
  };

  return {
    /** Targets from one index up to, and not with, another; both within the job. */
    async targets(from: number, to: number): Promise<string[]> {
      const found: string[] = [];
      for (let index = from; index < to; ) {
        const number = Math.floor(index / pageSize);
        const end = Math.min(to, (number + 1) * pageSize);
        found.push(...(await page(number)).slice(index - number * pageSize, end - number * pageSize));
        index = end;
      }
      return found;
    },

    /** As the job's action takes them. */
    async parameters(): Promise<unknown> {
      return (await readHead()).parameters;
    },

    /** Whether the job is for things that are there, and not to make new ones. */
    async hasTargets(): Promise<boolean> {
      return (await readHead()).has_targets;
    },
  };
};

export type ManifestReader = ReturnType<typeof createManifestReader>;
