import { CloudError } from '../errors/index.ts';
import { type PublicCaller, recorded } from '../http/caller.ts';
import type { Resource } from '../table/resource.ts';
import type { Write } from '../table/types.ts';
import { type StoreContext, timeOf } from './context.ts';
import { LimitsMoved } from './counter.ts';
import { takeName } from './names.ts';
import { toNewItem } from './record.ts';
import { isFree } from './signals.ts';
import type { ResourceStore, Usage } from './types.ts';

/** An administrator would have to change the limits this often during one request. */
const maxTries = 20;

/** With unique names two writes each, the counter, the answer and a few more: within the 100 of a transaction. */
export const maxTogether = 45;

const summed = (usages: readonly Usage[]): Usage => {
  const sum: Record<string, number> = {};
  for (const usage of usages)
    for (const [quota, amount] of Object.entries(usage)) sum[quota] = (sum[quota] ?? 0) + amount;
  return sum;
};

const createAll = async <R extends Resource>(
  { kind, tables, clock, counter }: StoreContext<R>,
  caller: PublicCaller,
  resources: readonly R[],
  usage: Usage,
  options: { answer?: unknown; extra?: readonly Write[] },
): Promise<void> => {
  const [first] = resources;
  if (!first) return;
  if (resources.length > maxTogether)
    throw new Error(`at most ${maxTogether} resources are created together, not ${resources.length}`);
  if (resources.some(({ tenant }) => tenant !== first.tenant))
    throw new Error('resources created together belong to one tenant');
  const now = timeOf(clock);
  const puts = resources.flatMap((resource): Write[] => [
    ...takeName(kind, resource),
    {
      put: toNewItem(kind, resource, now),
      when: isFree,
      otherwise: () => new CloudError('CONFLICT', `there is already a ${kind.label} ${resource.id}`),
    },
  ]);
  for (let tries = 1; ; tries++) {
    try {
      return await tables.transact(
        [
          // First, so that the repeat of a request is a repeat, whatever has become of names and quotas since.
          ...(options.answer === undefined ? [] : recorded(caller, options.answer)),
          ...puts,
          counter.claim(first.tenant, usage, resources.length),
          ...(options.extra ?? []),
        ],
        { signal: caller.signal },
      );
    } catch (error) {
      if (!(error instanceof LimitsMoved) || tries === maxTries) throw error;
    }
  }
};

export const createCreate =
  <R extends Resource>(context: StoreContext<R>): ResourceStore<R>['create'] =>
  async (caller, resource, { usage = {}, ...options } = {}) => {
    await createAll(context, caller, [resource], usage, options);
    return resource;
  };

export const createCreateMany =
  <R extends Resource>(context: StoreContext<R>): ResourceStore<R>['createMany'] =>
  async (caller, resources, { usageOf = () => ({}), ...options } = {}) => {
    await createAll(context, caller, resources, summed(resources.map(usageOf)), options);
    return [...resources];
  };
