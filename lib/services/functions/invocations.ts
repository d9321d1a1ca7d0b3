import { partitionOf } from '../../platform/table/keys.ts';
import type { Condition, Item, Key, Tables } from '../../platform/table/types.ts';
import { keptDays, listedInvocations } from './limits.ts';
import { functionKind } from './record.ts';
import { Invocation } from './schema.ts';

/** Whose invocations. */
export interface FunctionRef {
  tenant: string;
  id: string;
}

const partition = ({ tenant, id }: FunctionRef): string =>
  `${partitionOf(tenant, functionKind.kind)}#${id}#INVOCATIONS`;

const keyOf = (of: FunctionRef, id: string): Key => ({ table: 'ephemeral', pk: partition(of), sk: id });

const invocationOf = (
  of: FunctionRef,
  { sk, pk: _, expires_at: __, write_id: ___, ...item }: Item,
): Invocation => Invocation.parse({ ...item, id: sk, function_id: of.id });

const isNew: Condition = { expression: 'attribute_not_exists(#pk)', names: { '#pk': 'pk' } };

/** What has ended keeps its end. */
const hasNotEnded: Condition = {
  expression: 'attribute_not_exists(#pk) OR #status IN (:pending, :running)',
  names: { '#pk': 'pk', '#status': 'status' },
  values: { ':pending': 'PENDING', ':running': 'RUNNING' },
};

/** The write was refused: it has begun, or ended, already. */
class Refused extends Error {
  override readonly name = 'Refused';
}
const refused = () => new Refused();

export const hasEnded = ({ status }: Pick<Invocation, 'status'>): boolean =>
  status === 'SUCCESS' || status === 'FAILED';

/** The invocations of functions, in the ephemeral table for a month. */
export interface Invocations {
  find(of: FunctionRef, id: string, signal: AbortSignal): Promise<Invocation | undefined>;
  /** The newest hundred, newest first. */
  list(of: FunctionRef, signal: AbortSignal): Promise<Invocation[]>;
  /** Writes one that was accepted, unless it is known already. */
  accept(of: FunctionRef, invocation: Invocation, signal: AbortSignal): Promise<void>;
  /** Writes how far one has come. @returns false where it had ended before, which stands */
  write(of: FunctionRef, invocation: Invocation, signal: AbortSignal): Promise<boolean>;
}

export const createInvocations = ({
  tables,
  clock,
}: {
  tables: Pick<Tables, 'get' | 'queryPage' | 'write'>;
  clock: { now(): number };
}): Invocations => {
  const put = async (of: FunctionRef, invocation: Invocation, when: Condition, signal: AbortSignal) => {
    const { id, function_id: _, ...rest } = invocation;
    const expires_at = Math.ceil(clock.now() / 1_000) + keptDays * 86_400;
    try {
      await tables.write(
        { put: { ...keyOf(of, id), ...rest, expires_at }, when, otherwise: refused },
        { signal },
      );
      return true;
    } catch (error) {
      if (error instanceof Refused) return false;
      throw error;
    }
  };

  return {
    async find(of, id, signal) {
      const item = await tables.get(keyOf(of, id), { consistent: true, signal });
      return item && invocationOf(of, item);
    },

    async list(of, signal) {
      const found: Invocation[] = [];
      let startAfter: Item | undefined;
      // A page of DynamoDB ends at 1 MB, which a hundred long logs exceed.
      do {
        const { items, lastKey } = await tables.queryPage({
          table: 'ephemeral',
          partition: partition(of),
          descending: true,
          limit: listedInvocations - found.length,
          consistent: true,
          startAfter,
          signal,
        });
        found.push(...items.map((item) => invocationOf(of, item)));
        startAfter = lastKey;
      } while (startAfter && found.length < listedInvocations);
      return found;
    },

    async accept(of, invocation, signal) {
      await put(of, invocation, isNew, signal);
    },

    write: (of, invocation, signal) => put(of, invocation, hasNotEnded, signal),
  };
};
