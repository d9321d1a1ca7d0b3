import type { Idempotency } from '../http/caller.ts';
import type { Key, Write } from '../table/types.ts';
import type { AnswerSeal } from './answer-seal.ts';
import { type AnswerRecord, keptSeconds } from './record.ts';
import { IdempotentReplay } from './replay.ts';

/** What is to be remembered; the rest of the record is the request's. */
export type Remembered = Pick<AnswerRecord, 'status' | 'body' | 'location'>;

/** One request with an `Idempotency-Key`: where its answer is kept, and whether it has been given to a transaction. */
export interface IdempotentRequest extends Idempotency {
  key: Required<Key>;
  hash: string;
  recorded: boolean;
  /** The write of an answer that no service has recorded. */
  write(answer: Remembered): Write;
}

/** Makes the writes of one request. `remember` turns a handler's result into the answer it will become. */
export const idempotentRequest = (options: {
  given: string;
  key: Required<Key>;
  hash: string;
  requestId: string;
  timestamp: string;
  /** Epoch seconds. */
  now: number;
  seal?: AnswerSeal;
  remember: (result: unknown) => Remembered;
}): IdempotentRequest => {
  const { given, key, hash, requestId, timestamp, now, seal, remember } = options;

  const write = ({ status, body, location }: Remembered): Write => {
    const record: AnswerRecord = {
      request: hash,
      status,
      request_id: requestId,
      at: timestamp,
      expires_at: now + keptSeconds,
      ...(body !== undefined && { body: seal ? seal.seal(body) : body }),
      ...(body !== undefined && seal && { sealed_key: seal.sealedKey }),
      ...(location !== undefined && { location }),
    };
    return {
      put: { ...key, ...record },
      when: { expression: 'attribute_not_exists(pk) OR expires_at <= :now', values: { ':now': now } },
      otherwise: (found) => new IdempotentReplay(found),
    };
  };

  return {
    given,
    key,
    hash,
    recorded: false,
    write,
    record(result) {
      this.recorded = true;
      return write(remember(result));
    },
  };
};
