import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import type { Chaos } from '../engine/chaos.ts';
import type { Scheduler } from '../engine/scheduler.ts';
import type { ItemWrite } from '../table/database.ts';
import { textOf } from '../table/values.ts';
import type { SimulatedFunction } from './function.ts';

const shards = 4;
const batchSize = 100;
const longestBackOffMilliseconds = 10_000;

const shardOf = (pk: string): number => {
  let sum = 7;
  for (let index = 0; index < pk.length; index++) sum = Math.imul(sum, 31) ^ pk.charCodeAt(index);
  return (sum >>> 0) % shards;
};

/** The filter of the function's event source, as `infra/constructs/outbox-function.ts` has it. */
const concerns = ({ before, after }: ItemWrite): boolean =>
  after
    ? after.generation?.N !== undefined || after.event?.M?.id?.S !== undefined
    : before?.deleted_at?.S !== undefined;

/** The stream of the table of record, and the function that reads it: each shard in order, at least once. */
export class SimulatedStream {
  readonly #scheduler: Scheduler;
  readonly #chaos: Chaos;
  readonly #reader: SimulatedFunction;
  readonly #waiting: DynamoDBRecord[][] = Array.from({ length: shards }, () => []);
  readonly #busy = new Set<number>();
  #written = 0;

  constructor(reader: SimulatedFunction, { scheduler, chaos }: { scheduler: Scheduler; chaos: Chaos }) {
    this.#reader = reader;
    this.#scheduler = scheduler;
    this.#chaos = chaos;
  }

  /** Records that nobody has taken yet. */
  get depth(): number {
    return this.#waiting.reduce((sum, records) => sum + records.length, 0);
  }

  append(write: ItemWrite): void {
    if (!concerns(write)) return;
    const { key, before, after } = write;
    const SequenceNumber = String(++this.#written).padStart(21, '0');
    const shard = shardOf(textOf(key.pk));
    this.#waiting[shard]?.push({
      eventID: SequenceNumber,
      eventName: before ? (after ? 'MODIFY' : 'REMOVE') : 'INSERT',
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(this.#scheduler.now() / 1_000),
        Keys: key,
        ...(before && { OldImage: before }),
        ...(after && { NewImage: after }),
        SequenceNumber,
      },
    } as unknown as DynamoDBRecord);
    this.#wake(shard);
  }

  #wake(shard: number): void {
    if (this.#busy.has(shard)) return;
    this.#busy.add(shard);
    const { random } = this.#chaos;
    const wait = this.#chaos.strikes('late') ? random.between(1_000, 60_000) : random.between(5, 200);
    this.#scheduler.after(wait, () => void this.#read(shard));
  }

  async #read(shard: number): Promise<void> {
    const waiting = this.#waiting[shard] as DynamoDBRecord[];
    let backOff = 100;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, this.#chaos.random.between(1, batchSize));
      const done = this.#doneOf(batch, await this.#reader.invoke({ Records: batch }));
      waiting.splice(0, done);
      if (done === batch.length) continue;
      await this.#scheduler.sleep(backOff);
      backOff = Math.min(2 * backOff, longestBackOffMilliseconds);
    }
    this.#busy.delete(shard);
  }

  /** How many of the batch are done with; the rest is handed out again, from the first failure on. */
  #doneOf(
    batch: readonly DynamoDBRecord[],
    invoked: Awaited<ReturnType<SimulatedFunction['invoke']>>,
  ): number {
    if (!('answer' in invoked)) return 0;
    const [first] = (invoked.answer as DynamoDBBatchResponse).batchItemFailures;
    if (!first) return batch.length;
    return Math.max(
      0,
      batch.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === first.itemIdentifier),
    );
  }
}
