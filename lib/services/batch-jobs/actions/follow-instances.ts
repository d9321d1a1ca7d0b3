import type { InstanceRecord } from '../../instances/service.ts';
import type { ItemState } from '../chunk.ts';
import type { ActionServices, BatchAction, Ended } from './action.ts';

const failed = (type: string, message: string): Ended => ({ status: 'failed', error: { type, message } });

/** How an instance stands to what an item has asked of it at a generation; `undefined`: on its way. */
export const endOf = (
  wanted: 'RUNNING' | 'STOPPED' | 'gone',
  instance: InstanceRecord | undefined,
  generation: number,
): Ended | undefined => {
  if (wanted === 'gone') return instance ? undefined : { status: 'succeeded' };
  if (!instance || instance.deleted_at) return failed('NOT_FOUND', 'the instance was deleted meanwhile');
  const { status, desired_status = status, observed_generation } = instance;
  const hasSettled = observed_generation >= instance.generation;
  if (status === 'ERROR' && hasSettled)
    return failed('INTERNAL', instance.status_reason ?? 'the instance ended in ERROR');
  if (desired_status !== wanted) return failed('CONFLICT', 'replaced by a later change');
  if (observed_generation < generation) return undefined;
  if (status === wanted) return { status: 'succeeded' };
  return hasSettled ? failed('CONFLICT', `the instance is ${status} by itself`) : undefined;
};

/** Follows items to the state that users asked for: an accepted stop alone stops nothing yet. */
export const followInstances =
  (wanted: 'RUNNING' | 'STOPPED' | 'gone'): BatchAction['follow'] =>
  async (
    running: ReadonlyMap<string, ItemState>,
    tenant: string,
    { plans }: ActionServices,
    signal: AbortSignal,
  ) => {
    const found = await plans.many(tenant, [...running.keys()], signal);
    return new Map(
      [...running].flatMap(([id, { generation = 0 }]): [string, Ended][] => {
        const ended = endOf(wanted, found.get(id), generation);
        return ended ? [[id, ended]] : [];
      }),
    );
  };
