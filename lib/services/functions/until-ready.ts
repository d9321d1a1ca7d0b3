import { CloudError } from '../../platform/errors/index.ts';
import { type FunctionRecord, isReady } from './record.ts';

const firstPollMilliseconds = 50;
const longestPollMilliseconds = 500;

/**
 * A function once Lambda has it as it is wanted: the first call to something just made, or changed, waits for it.
 * @param find reads it afresh
 * @param until milliseconds since the epoch
 * @throws CloudError `UNAVAILABLE` where it is not there by then
 */
export const untilReady = async (
  first: FunctionRecord,
  until: number,
  {
    find,
    now,
    sleep,
  }: { find(): Promise<FunctionRecord>; now(): number; sleep(milliseconds: number): Promise<unknown> },
): Promise<FunctionRecord> => {
  let record = first;
  for (
    let pause = firstPollMilliseconds;
    !isReady(record);
    pause = Math.min(2 * pause, longestPollMilliseconds)
  ) {
    if (now() + pause > until)
      throw new CloudError('UNAVAILABLE', record.status_reason ?? 'the function is not ready yet', {
        retryAfterSeconds: 2,
      });
    await sleep(pause);
    record = await find();
  }
  return record;
};
