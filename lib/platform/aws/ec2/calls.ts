import type { EC2Client } from '@aws-sdk/client-ec2';
import type { CallBudget } from '../call-budget.ts';
import { backendError } from './failures.ts';

/** Every EC2 call of the adapter goes through here: budget first, failures translated. */
export interface Ec2Calls {
  /** A call that only reads. @throws BackendError */
  read<T>(action: string, send: (client: EC2Client) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** A call that changes something. @throws BackendError */
  change<T>(action: string, send: (client: EC2Client) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** As `change`, but with the SDK's own error. */
  attempt<T>(action: string, send: (client: EC2Client) => Promise<T>, signal: AbortSignal): Promise<T>;
}

export const createEc2Calls = (client: EC2Client, budget: CallBudget): Ec2Calls => {
  const attempt: Ec2Calls['attempt'] = async (action, send, signal) => {
    await budget.take(action, signal);
    return send(client);
  };
  const translated =
    (changes: boolean): Ec2Calls['read'] =>
    async (action, send, signal) => {
      try {
        return await attempt(action, send, signal);
      } catch (error) {
        throw backendError(error, changes);
      }
    };
  return { attempt, read: translated(false), change: translated(true) };
};
