import { BackendError } from '../lifecycle/types.ts';
import type { CallBudget } from './call-budget.ts';

/** Milliseconds. */
const pause = 500;

/** A budget that waits for its turn until the signal aborts: for work of many calls that must not begin anew for each. */
export const patientBudget = (
  budget: CallBudget,
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<unknown>,
): CallBudget => ({
  async take(action, signal) {
    for (;;) {
      try {
        return await budget.take(action, signal);
      } catch (error) {
        if (!(error instanceof BackendError) || error.failure !== 'throttled' || signal.aborted) throw error;
        await sleep(pause, signal);
      }
    }
  },
});
