import { CloudError, retryable } from '../../../platform/errors/index.ts';
import { VersionMoved } from '../../../platform/store/signals.ts';
import type { Write } from '../../../platform/table/types.ts';
import type { InstanceRecord } from '../../instances/service.ts';
import type { ItemState } from '../chunk.ts';
import type { ItemError } from '../schema.ts';
import type { ActionServices, Slice } from './action.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html, less what the job writes itself. */
const maxWrites = 90;

/** One item's part: what it writes, and how it stands then. */
export interface Beginning {
  writes: readonly Write[];
  state: Omit<ItemState, 'target'>;
}

export const itemError = ({ type, message }: CloudError): ItemError => ({ type, message });

/** What is the item's own failure; anything else is thrown on. */
const failureOf = (error: unknown): Beginning => {
  if (!(error instanceof CloudError) || retryable[error.kind] || error.type === 'INTERNAL') throw error;
  return { writes: [], state: { status: 'failed', error: itemError(error) } };
};

const absent: Beginning = {
  writes: [],
  state: { status: 'failed', error: { type: 'NOT_FOUND', message: 'instance not found' } },
};

/** Begins a slice whose items each change an instance that is there. */
export const beginEach = async <P>(
  slice: Slice<P>,
  { tables, plans }: ActionServices,
  plan: (instance: InstanceRecord) => Beginning | Promise<Beginning>,
): Promise<number | undefined> => {
  const { signal, principal } = slice.caller;
  const targets = slice.targets.filter((target) => target !== undefined);
  const found = await plans.many(principal.tenant, targets, signal);
  const items: ItemState[] = [];
  const writes: Write[] = [];
  for (const target of targets) {
    const instance = found.get(target);
    const { writes: own, state } =
      instance && !instance.deleted_at ? await Promise.resolve(instance).then(plan).catch(failureOf) : absent;
    if (items.length > 0 && writes.length + own.length > maxWrites) break;
    items.push({ target, ...state });
    writes.push(...own);
    if (slice.endsAtFailure && state.status === 'failed') break;
  }
  try {
    await tables.transact([...writes, ...slice.record(items)], { signal });
    return items.length;
  } catch (error) {
    if (error instanceof VersionMoved) return undefined;
    throw error;
  }
};
