import { CloudError } from '../errors/index.ts';
import { LimitsMoved } from './counter.ts';
import { VersionMoved } from './signals.ts';

/** More writers than this, at once on one resource, and one of them is told to come back. */
const maxTries = 25;

/**
 * Runs `attempt`, which reads and writes, until nobody was faster in between.
 * @throws CloudError `CONFLICT` where others were faster every time
 */
export const untilCurrent = async <T>(label: string, attempt: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof VersionMoved || error instanceof LimitsMoved)) throw error;
      if (tries === maxTries)
        throw new CloudError('CONFLICT', `the ${label} is being changed by others`, { cause: error });
    }
  }
};
