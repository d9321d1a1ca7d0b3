import { failedItems } from './batch-failures.ts';
import { type StreamRecord, sequenceNumber } from './stream-record.ts';

export interface BatchSettings {
  bisectOnError: boolean;
  /** -1 for no end. */
  maximumRetryAttempts: number;
  /** -1 for no end. */
  maximumRecordAgeSeconds: number;
  reportsItemFailures: boolean;
}

export interface BatchPorts {
  /** Invokes the function; rejects where it failed. */
  invoke(records: readonly StreamRecord[]): Promise<unknown>;
  /** All records up to this one are done with. */
  done(last: StreamRecord): void;
  /** Records that are given up, with the number of invocations they were in. */
  giveUp(records: readonly StreamRecord[], invocations: number, condition: string): void;
  /** True once the engine stops; the batch is then left where it stands. */
  stopping(): boolean;
  pause(milliseconds: number): Promise<void>;
  now(): number;
}

interface Part {
  records: readonly StreamRecord[];
  attempts: number;
}

/** Wait before the nth retry; Lambda documents that it backs off and not how. */
const backOff = (attempts: number): number => Math.min(100 * 2 ** Math.min(attempts, 10), 10_000);

const tooOld = (part: Part, settings: BatchSettings, now: number): boolean =>
  settings.maximumRecordAgeSeconds >= 0 &&
  now / 1000 - (part.records[0]?.dynamodb.ApproximateCreationDateTime ?? 0) >
    settings.maximumRecordAgeSeconds;

/** Index of the first record that the function did not do; the number of records where it did all. */
const progress = async (part: Part, settings: BatchSettings, ports: BatchPorts): Promise<number> => {
  try {
    const result = await ports.invoke(part.records);
    if (!settings.reportsItemFailures) return part.records.length;
    const failed = failedItems(result);
    if (failed === 'all') return 0;
    if (failed.size === 0) return part.records.length;
    const first = part.records.findIndex((record) => failed.has(sequenceNumber(record)));
    return first < 0 ? 0 : first;
  } catch {
    return 0;
  }
};

/**
 * Takes one batch of a shard to its end, in order, as a stream's event source mapping does: a failed part is retried
 * from its first failed record on, halved where asked (which does not count as a retry), and given up when its retries
 * or its age are used up.
 */
export const processBatch = async (
  records: readonly StreamRecord[],
  settings: BatchSettings,
  ports: BatchPorts,
): Promise<void> => {
  const parts: Part[] = [{ records, attempts: 0 }];
  for (let part = parts.shift(); part && !ports.stopping(); part = parts.shift()) {
    const reached = await progress(part, settings, ports);
    const lastDone = part.records[reached - 1];
    if (lastDone) ports.done(lastDone);
    const rest = part.records.slice(reached);
    const lastLeft = rest.at(-1);
    if (!lastLeft) continue;
    const attempts = part.attempts + 1;
    if (settings.bisectOnError && rest.length > 1) {
      const half = Math.ceil(rest.length / 2);
      parts.unshift(
        { records: rest.slice(0, half), attempts: part.attempts },
        { records: rest.slice(half), attempts: part.attempts },
      );
    } else if (settings.maximumRetryAttempts >= 0 && attempts > settings.maximumRetryAttempts) {
      ports.giveUp(rest, attempts, 'RetryAttemptsExhausted');
      ports.done(lastLeft);
    } else if (tooOld({ records: rest, attempts }, settings, ports.now())) {
      ports.giveUp(rest, attempts, 'RecordAgeExceeded');
      ports.done(lastLeft);
    } else {
      await ports.pause(backOff(part.attempts));
      parts.unshift({ records: rest, attempts });
    }
  }
};
