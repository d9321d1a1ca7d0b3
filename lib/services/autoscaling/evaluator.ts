import type { Clock } from '../../platform/clock.ts';
import type { Budget, MessageResult, Reconciler } from '../../platform/lifecycle/reconciler.ts';
import type { ReconcileMessage } from '../../platform/lifecycle/types.ts';
import { fromItem } from '../../platform/store/record.ts';
import { resourceKey } from '../../platform/table/keys.ts';
import type { Tables } from '../../platform/table/types.ts';
import { GroupSamples, samplesPartition } from '../metrics/service.ts';
import { evaluate } from './policies.ts';
import { type ScalingGroupRecord, scalingGroupKind } from './record.ts';

/** How the collector names the look that a measured minute asks for. */
const measuredPrefix = 'metrics:';

/** The minute of such a look. */
const measuredMinute = ({ id, event_id }: ReconcileMessage): string | undefined =>
  event_id.startsWith(`${measuredPrefix}${id}:`)
    ? event_id.slice(measuredPrefix.length + id.length + 1)
    : undefined;

export interface EvaluatorOptions {
  tables: Pick<Tables, 'batchGet'>;
  clock: Clock;
  reconciler: Reconciler;
  /** Told how many groups of a batch were evaluated. */
  count(evaluated: number): Promise<void>;
}

type Handle = (messages: readonly ReconcileMessage[], budget: Budget) => Promise<MessageResult[]>;

const keyOf = (pk: unknown, sk: unknown): string => `${pk} ${sk}`;

/**
 * Before the reconciler: most of what is measured changes nothing, and to learn that takes the group's record and one
 * sample, all groups of a batch in one read each, no lease and no write. Only a group whose policies want something goes on
 * to the reconciler, which looks again for itself, so what was read here may be a little old.
 */
export const createEvaluator = ({ tables, clock, reconciler, count }: EvaluatorOptions): Handle => {
  /** Whether a group's policies want another size. */
  const wants = async (
    messages: readonly { message: ReconcileMessage; minute: string }[],
    signal: AbortSignal,
  ): Promise<Set<ReconcileMessage>> => {
    const recordKey = ({ tenant, id }: ReconcileMessage) => resourceKey(tenant, scalingGroupKind.kind, id);
    const sampleKey = ({ tenant, id }: ReconcileMessage, minute: string) => ({
      table: 'ephemeral' as const,
      pk: samplesPartition({ tenant, group: id }),
      sk: minute,
    });
    const [records, samples] = await Promise.all([
      tables.batchGet(
        messages.map(({ message }) => recordKey(message)),
        { signal },
      ),
      tables.batchGet(
        messages.map(({ message, minute }) => sampleKey(message, minute)),
        { signal },
      ),
    ]);
    const groups = new Map(
      records.map((item): [string, ScalingGroupRecord] => [
        keyOf(item.pk, item.sk),
        fromItem(scalingGroupKind, item),
      ]),
    );
    const measured = new Map(
      samples.map(({ pk, sk, samples: readings }) => [
        keyOf(pk, sk),
        GroupSamples.parse({ minute: sk, samples: readings }),
      ]),
    );
    const now = clock.now();
    return new Set(
      messages.flatMap(({ message, minute }) => {
        const { pk, sk } = recordKey(message);
        const group = groups.get(keyOf(pk, sk));
        if (!group || group.deleted_at) return [];
        const key = sampleKey(message, minute);
        return evaluate(group, measured.get(keyOf(key.pk, key.sk)), now) ? [message] : [];
      }),
    );
  };

  return async (messages, budget) => {
    const asked = new Map<string, { message: ReconcileMessage; minute: string }>();
    const evaluations = new Set<ReconcileMessage>();
    for (const message of messages) {
      const minute = measuredMinute(message);
      if (minute === undefined) continue;
      evaluations.add(message);
      asked.set(`${message.id} ${minute}`, { message, minute });
    }
    const wanting = asked.size > 0 ? await wants([...asked.values()], budget.signal) : new Set();
    if (asked.size > 0) await count(asked.size);
    const rest = messages.filter((message) => !evaluations.has(message) || wanting.has(message));
    const results = await reconciler.handle(rest, budget);
    const byMessage = new Map(rest.map((message, index) => [message, results[index]]));
    return messages.map((message) => byMessage.get(message) ?? { ending: 'evaluated' });
  };
};
