import type { Action } from '../../stand-in.ts';
import { dryRunOperation } from '../rules/errors.ts';
import { scopeOf } from '../store/account-store.ts';
import { checkParameters, type Ec2Action } from './action.ts';
import { openCall } from './call.ts';
import type { Cloud } from './cloud.ts';

/**
 * What happens around every action, in EC2's order: faults on request, the account's request budget, parameters, the
 * action as one transaction, and a failure after the effect if one was asked for.
 */
export const dispatch = <Input extends { DryRun?: boolean }, Output>(
  cloud: Cloud,
  name: string,
  action: Ec2Action<Input, Output>,
): Action<Input, Output> => {
  return async (input, caller) => {
    await cloud.faults.before(name, input);
    cloud.throttle.takeRequest(scopeOf(caller), name);
    const output = cloud.transactions.run(() => {
      checkParameters(action, input);
      const done = action.perform(input, openCall(cloud, name, caller));
      if (input.DryRun) throw dryRunOperation();
      return done;
    });
    cloud.lifecycle.wake();
    cloud.faults.after(name, input);
    return output;
  };
};
