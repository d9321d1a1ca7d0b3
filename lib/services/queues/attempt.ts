import { CloudError } from '../../platform/errors/index.ts';
import { BackendError } from '../../platform/lifecycle/types.ts';
import { type Messaging, PurgeTooSoon, QueueAbsent } from './backend.ts';
import type { QueueRecord } from './record.ts';
import { refOf, settingsOf } from './settings.ts';

export interface AttemptOptions {
  /** Loaded on first use: most requests to the same function need none. */
  messaging(): Promise<Messaging>;
  sleep(milliseconds: number, signal: AbortSignal): Promise<unknown>;
}

/** A queue can be used a second after it was made: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
const pausesMilliseconds = [50, 100, 200, 400, 800, 800];

const purgeSeconds = 60;

/** A failure of the backend as the caller reads it. */
export const asCloudError = (error: unknown): unknown => {
  if (error instanceof PurgeTooSoon)
    return new CloudError('RATE_LIMITED', error.publicMessage, {
      retryAfterSeconds: purgeSeconds,
      cause: error,
    });
  if (error instanceof BackendError)
    return new CloudError('UNAVAILABLE', error.publicMessage, { retryAfterSeconds: 1, cause: error });
  return error;
};

/**
 * Does something to a queue at once. Where the queue is not there yet it is made first, just as its reconciler makes it:
 * the two may do so at the same time.
 * @throws CloudError `UNAVAILABLE`, `RATE_LIMITED` for a purge too soon
 */
export const onQueue = async <T>(
  { messaging, sleep }: AttemptOptions,
  record: QueueRecord,
  signal: AbortSignal,
  act: (messaging: Messaging) => Promise<T>,
): Promise<T> => {
  const backend = await messaging();
  for (let tries = 0; ; tries++) {
    try {
      return await act(backend);
    } catch (error) {
      const pause = pausesMilliseconds[tries];
      if (!(error instanceof QueueAbsent) || pause === undefined) throw asCloudError(error);
      if (tries === 0)
        await backend.ensure(refOf(record), settingsOf(record), signal).catch((cause: unknown) => {
          throw asCloudError(cause);
        });
      else await sleep(pause, signal);
    }
  }
};

/** What is done to a queue that nobody has made yet is done to an empty one. @throws CloudError `UNAVAILABLE`, `RATE_LIMITED` */
export const onQueueIfThere = async <T>(
  { messaging }: Pick<AttemptOptions, 'messaging'>,
  ifAbsent: T,
  act: (messaging: Messaging) => Promise<T>,
): Promise<T> => {
  try {
    return await act(await messaging());
  } catch (error) {
    if (error instanceof QueueAbsent) return ifAbsent;
    throw asCloudError(error);
  }
};
