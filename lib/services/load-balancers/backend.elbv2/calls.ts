import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { CallBudget } from '../../../platform/aws/call-budget.ts';
import { elbFailure } from './failures.ts';

type Send<T> = (client: ElasticLoadBalancingV2Client) => Promise<T>;

/** Every ELBv2 call of the adapter goes through here: budget first, failures translated. */
export interface ElbCalls {
  /** @throws BackendError */
  send<T>(budget: ElbBudget, call: Send<T>, signal: AbortSignal): Promise<T>;
  /** As `send`, but with the SDK's own error. */
  attempt<T>(budget: ElbBudget, call: Send<T>, signal: AbortSignal): Promise<T>;
}

/** ELBv2's own buckets, apart from EC2's: https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html */
export type ElbBudget = 'ElbDescribe' | 'ElbRegister' | 'ElbMutate';

export const createElbCalls = (client: ElasticLoadBalancingV2Client, budget: CallBudget): ElbCalls => {
  const attempt: ElbCalls['attempt'] = async (name, call, signal) => {
    await budget.take(name, signal);
    return call(client);
  };
  return {
    attempt,
    async send(name, call, signal) {
      try {
        return await attempt(name, call, signal);
      } catch (error) {
        throw elbFailure(error);
      }
    },
  };
};
