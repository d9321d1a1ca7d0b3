import { scopeOf } from '../../ec2/store/account-store.ts';
import type { Action, Caller } from '../../stand-in.ts';
import { accountStore } from '../store/account-store.ts';
import { checkParameters, type ElbAction } from './action.ts';
import type { Call } from './call.ts';
import type { Cloud } from './cloud.ts';
import { transact } from './transact.ts';

const openCall = (cloud: Cloud, caller: Caller): Call => {
  const scope = scopeOf(caller);
  const { timers, collections, limits, settings, ec2, dataPlane } = cloud;
  return {
    ...accountStore(collections, scope),
    caller,
    scope,
    now: timers.now(),
    limits,
    settings,
    ec2,
    dataPlane,
  };
};

/**
 * What happens around every action: faults on request, the account's request budget, parameters, the action as one
 * transaction, what it means for the running balancers, and a failure after the effect if one was asked for.
 */
export const dispatch = <Input extends object, Output>(
  cloud: Cloud,
  name: string,
  action: ElbAction<Input, Output>,
): Action<Input, Output> => {
  const { faults, throttle, dataPlane, database } = cloud;
  const isReading = name.startsWith('Describe');
  return async (input, caller) => {
    await faults.before(name, input);
    throttle.take(scopeOf(caller), name);
    const output = transact(database, () => {
      checkParameters(action, input);
      return action.perform(input, openCall(cloud, caller));
    });
    if (!isReading) await dataPlane.follow();
    faults.after(name, input);
    return output;
  };
};
