import {
  type DynamoDBClient,
  InternalServerError,
  ProvisionedThroughputExceededException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';

/**
 * What can be done to a request to DynamoDB.
 * - `throttle`, `server-error`: refused, without effect
 * - `conflict`: a transaction cancelled for another one on the same item, as AWS does and no emulator
 * - `timeout-before-effect`, `timeout-after-effect`: no answer comes
 * - `partial`: half of a batch is left unprocessed
 */
export type Fault =
  | 'throttle'
  | 'server-error'
  | 'conflict'
  | 'timeout-before-effect'
  | 'timeout-after-effect'
  | 'partial';

interface Call {
  input: Record<string, unknown>;
}

const metadata = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } });

const timeout = () => Object.assign(new Error('no answer came in time'), { name: 'TimeoutError' });

const conflict = ({ input }: Call) =>
  new TransactionCanceledException({
    message:
      'Transaction cancelled, please refer cancellation reasons for specific reasons [TransactionConflict]',
    CancellationReasons: (input.TransactItems as unknown[]).map((_, index) =>
      index === 0
        ? { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' }
        : { Code: 'None' },
    ),
    ...metadata(400),
  });

type Requests = Record<string, unknown[] | { Keys: unknown[] }>;

/** Cuts each table's requests in two: what goes through, and what is left. */
const halve = (requests: Requests): [Requests, Requests] => {
  const first: Requests = {};
  const rest: Requests = {};
  for (const [table, all] of Object.entries(requests)) {
    const list = Array.isArray(all) ? all : all.Keys;
    const half = Math.ceil(list.length / 2);
    first[table] = Array.isArray(all) ? list.slice(0, half) : { ...all, Keys: list.slice(0, half) };
    if (half < list.length)
      rest[table] = Array.isArray(all) ? list.slice(half) : { ...all, Keys: list.slice(half) };
  }
  return [first, rest];
};

/** Spoils the requests of a client, those that were announced or a share of all. */
export class FaultInjector {
  readonly #announced = new Map<string, Fault[]>();
  #share: ((command: string) => Fault | undefined) | undefined;
  /** How often each fault was done. */
  readonly done: Partial<Record<Fault, number>> = {};

  constructor(client: DynamoDBClient) {
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const fault = this.#take(context.commandName ?? '');
        if (!fault) return next(args);
        this.done[fault] = (this.done[fault] ?? 0) + 1;
        return spoil(fault, args as Call, next as never) as never;
      },
      { step: 'initialize', name: 'faultInjector', priority: 'high' },
    );
  }

  /** The next requests of this command fail so, in this order. `command` as the SDK names it: `GetItemCommand`. */
  next(command: string, ...faults: Fault[]): void {
    this.#announced.set(command, [...(this.#announced.get(command) ?? []), ...faults]);
  }

  /** Every request is put before `choose`. */
  each(choose: (command: string) => Fault | undefined): void {
    this.#share = choose;
  }

  clear(): void {
    this.#announced.clear();
    this.#share = undefined;
  }

  #take(command: string): Fault | undefined {
    return this.#announced.get(command)?.shift() ?? this.#share?.(command);
  }
}

/** Does one call so. */
export const spoil = async (
  fault: Fault,
  call: Call,
  next: (call: Call) => Promise<{ output: object; response: unknown }>,
) => {
  switch (fault) {
    case 'throttle':
      throw new ProvisionedThroughputExceededException({ message: 'throttled', ...metadata(400) });
    case 'server-error':
      throw new InternalServerError({ message: 'internal server error', ...metadata(500) });
    case 'conflict':
      throw conflict(call);
    case 'timeout-before-effect':
      throw timeout();
    case 'timeout-after-effect':
      await next(call);
      throw timeout();
    case 'partial': {
      const [first, rest] = halve(call.input.RequestItems as Requests);
      const answer = await next({ ...call, input: { ...call.input, RequestItems: first } });
      return { ...answer, output: { ...answer.output, UnprocessedItems: rest, UnprocessedKeys: rest } };
    }
  }
};
