import { creationWindowMilliseconds } from '../../../platform/lifecycle/creation.ts';
import { finalReasonOf } from '../../../platform/lifecycle/settlement.ts';
import { BackendError, type Change, type Controller, type Step } from '../../../platform/lifecycle/types.ts';
import type { CloudNetworks } from '../attachments.ts';
import type { Compute, Machine } from '../backend.ts';
import { createPlacing } from '../placing.ts';
import { clientTokenOf, type InstanceRecord, type Placement } from '../record.ts';
import { isTriedOut, refusedEveryTime } from '../tries.ts';
import { userDataOf } from '../workload.ts';
import { isMemberOf, type Members, wantsMachine } from './members.ts';
import type { LaunchBatchRecord } from './record.ts';

type BatchStep = Step<LaunchBatchRecord>;
type BatchChange = Change<LaunchBatchRecord>;

/** How soon EC2 is asked again for machines that it does not show yet. */
const lookAgainMilliseconds = 5_000;

/** What belongs to one attempt alone. */
const attemptFields = ['placement', 'asked', 'incomplete_since', 'status_reason'] as const;

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

export interface LaunchBatchControllerOptions {
  compute: Pick<Compute, 'zones' | 'place' | 'launchMany' | 'findLaunched' | 'terminate'>;
  networks: Pick<CloudNetworks, 'locate'>;
  members: Members;
}

/**
 * How alike launches become machines, in one call of EC2 for all. The members of an attempt, their number and all that its
 * token binds to are written down before the call; so whatever is repeated, after a crash or by two workers at once, gives
 * the same machines, and each member takes one of them. What they do with it (also: end it) is their own controller's.
 */
export const createLaunchBatchController = ({
  compute,
  networks,
  members,
}: LaunchBatchControllerOptions): Controller<LaunchBatchRecord, readonly InstanceRecord[]> => {
  const findPlace = createPlacing({ compute, networks });

  /** A failure that ends the batch is written down, so that its members hear of it; any other is the engine's to treat. */
  const unlessFinal =
    (
      batch: LaunchBatchRecord,
      call: (signal: AbortSignal) => Promise<BatchChange>,
      onExhausted?: (reason: string) => BatchChange,
    ) =>
    async (signal: AbortSignal): Promise<BatchChange> => {
      try {
        return await call(signal);
      } catch (error) {
        const refused = signal.aborted ? undefined : finalReasonOf(error, batch.failures);
        if (refused === undefined) throw error;
        const isFull = error instanceof BackendError && error.failure === 'exhausted';
        return isFull && onExhausted ? onExhausted(refused) : { set: { refused } };
      }
    };

  const place = (batch: LaunchBatchRecord, wanted: readonly InstanceRecord[]): BatchStep => ({
    do: 'call',
    name: 'PlaceInstance',
    call: unlessFinal(batch, async (signal) => {
      const { placement, zone } = await findPlace(batch, signal);
      const asked = wanted.slice(0, batch.at_once).map(({ id }) => id);
      return { set: { placement, zone, asked } };
    }),
  });

  /** Gives the machines out and ends those that nobody needs; the rest of the members is for the next attempt. */
  const handOut = async (
    batch: LaunchBatchRecord,
    machines: readonly Machine[],
    signal: AbortSignal,
  ): Promise<BatchChange> => {
    const { left, surplus } = await members.assign(batch, machines, signal);
    await Promise.all(surplus.map((id) => compute.terminate(id, signal)));
    const done = new Set(batch.asked);
    for (const id of left) done.delete(id);
    const set = { members: batch.members.filter((id) => !done.has(id)), attempt: batch.attempt + 1 };
    return done.size > 0
      ? { set, remove: [...attemptFields, 'zones_full', 'fruitless'] }
      : { set: { ...set, fruitless: (batch.fruitless ?? 0) + 1 }, remove: attemptFields };
  };

  /** Whether EC2 must have shown by now whatever the token has launched. */
  const hasShownAll = ({ incomplete_since: since }: LaunchBatchRecord, now: number): boolean =>
    since !== undefined && now - Date.parse(since) >= creationWindowMilliseconds;

  const run = (
    batch: LaunchBatchRecord,
    placement: Placement,
    asked: readonly string[],
    now: number,
  ): BatchStep => ({
    do: 'call',
    name: 'RunInstances',
    call: unlessFinal(
      batch,
      async (signal) => {
        const result = await compute.launchMany(
          {
            tenant: batch.tenant,
            id: batch.id,
            name: batch.name,
            token: clientTokenOf(batch),
            instanceType: batch.instance_type,
            detailedMonitoring: batch.detailed_monitoring,
            placement,
            userData: userDataOf(batch, undefined),
            count: asked.length,
          },
          signal,
        );
        if (result.outcome === 'launched') {
          const isAll = result.complete || result.machines.length >= asked.length || hasShownAll(batch, now);
          if (isAll) return handOut(batch, result.machines, signal);
          if (batch.incomplete_since === undefined) return { set: { incomplete_since: iso(now) } };
          throw new BackendError('not_yet', 'waiting for machines to become visible');
        }
        return {
          set: {
            attempt: batch.attempt + 1,
            fruitless: (batch.fruitless ?? 0) + 1,
            zones_full: (batch.zones_full ?? 0) + (result.zoneIsFull ? 1 : 0),
            status_reason: result.reason,
          },
          remove: ['placement', 'asked', 'incomplete_since'],
        };
      },
      // The account has no room for all of them; for some it may have. EC2 asks for the token first: nothing was launched.
      (reason) => ({
        set: {
          attempt: batch.attempt + 1,
          ...(asked.length > 1 ? { at_once: Math.ceil(asked.length / 2) } : { refused: reason }),
        },
        remove: attemptFields,
      }),
    ),
  });

  /** Nothing further is asked of EC2; but an earlier call, whose answer was lost, may have launched something. */
  const lookForLaunched = (batch: LaunchBatchRecord, now: number): BatchStep => {
    if (batch.incomplete_since === undefined) return { do: 'write', set: { incomplete_since: iso(now) } };
    return {
      do: 'call',
      name: 'DescribeInstances',
      call: async (signal) => {
        const machines = await compute.findLaunched(clientTokenOf(batch), signal);
        const isAll = machines.length > 0 || hasShownAll(batch, now);
        return isAll ? handOut(batch, machines, signal) : undefined;
      },
      waitMilliseconds: lookAgainMilliseconds,
    };
  };

  const release = (released: readonly InstanceRecord[], reason?: string): BatchStep => ({
    do: 'call',
    name: 'LeaveLaunchBatch',
    call: async (signal) => {
      await members.release(released, reason, signal);
      return undefined;
    },
  });

  return {
    kind: 'LAUNCH_BATCH',

    /** What an attempt under way asks for is settled by its own reads. */
    async observe(batches, signal) {
      const between = batches.filter(({ placement }) => !placement);
      const read = between.map(
        async (batch) => [batch.id, await members.read(batch.tenant, batch.members, signal)] as const,
      );
      return new Map(await Promise.all(read));
    },

    reconcile(batch, observed = [], now) {
      const { placement, asked = [], refused } = batch;
      if (placement) return refused ? lookForLaunched(batch, now) : run(batch, placement, asked, now);
      const mine = observed.filter((instance) => isMemberOf(batch, instance));
      if (mine.length === 0) return { do: 'forget', usage: {} };
      const unwanted = mine.filter((instance) => !wantsMachine(instance));
      if (unwanted.length > 0) return release(unwanted);
      if (refused) return release(mine, refused);
      if (isTriedOut({ ...batch, attempt: 1 + (batch.fruitless ?? 0) }, compute.zones))
        return release(mine, batch.status_reason ?? refusedEveryTime);
      return place(batch, mine);
    },
  };
};
