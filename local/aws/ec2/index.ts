import type { Action, StandIn, StandInContext } from '../stand-in.ts';
import { actions } from './actions/index.ts';
import { type Ec2Controls, openControls } from './controls.ts';
import type { AccountLimits } from './engine/account-limits.ts';
import type { Ec2Action } from './engine/action.ts';
import { openCloud } from './engine/cloud.ts';
import { dispatch } from './engine/dispatch.ts';
import { openServiceInterfaces, type ServiceInterfaces } from './network/service-interfaces.ts';

export { publicParameters } from './catalogue/images.ts';
export type { Ec2Controls, InspectedInstance, InstanceLoad } from './controls.ts';
export { type AccountLimits, accountLimits } from './engine/account-limits.ts';
export type { Fault } from './engine/faults.ts';
export type { Delays } from './engine/settings.ts';
export type { InspectedResource } from './inspect-resources.ts';
export type { ServiceInterfaceRequest, ServiceInterfaces } from './network/service-interfaces.ts';

export interface Ec2Options {
  /** From `pending` to `running`. Default 200. */
  bootMilliseconds?: number;
  /** Default 100. */
  stopMilliseconds?: number;
  /** Default 100. */
  terminateMilliseconds?: number;
  /** From `creating` to `available`, and from `deleting` to gone. Default 100. */
  volumeMilliseconds?: number;
  /** From `attaching` to `attached`, and from `detaching` to `available`. Default 50. */
  attachmentMilliseconds?: number;
  /** From `modifying` to `optimizing`, and from there to `completed`. Default 100. */
  modificationMilliseconds?: number;
  /** From `pending` to `completed`. Default 200. */
  snapshotMilliseconds?: number;
  /** From `associating` to `associated`, and from `disassociating` to gone. Default 50. */
  cidrBlockMilliseconds?: number;
  /**
   * How long a terminated instance's interface, or a service's, still holds its subnet, address and groups. Default
   * 1,000 with limits `default`, else 0.
   */
  interfaceReleaseMilliseconds?: number;
  /** How long a new resource answers NotFound. Default 500 with limits `default`, else 0. */
  visibilityDelayMilliseconds?: number;
  /** Changes to the account limits that go with the context's `limits`. */
  accountLimits?: Partial<AccountLimits>;
  /** Told of an event that could not be delivered. Default: a process warning. */
  onEventFailure?: (error: unknown) => void;
  /** Told of what an instance should serve on this machine and can't. Default: a process warning. */
  report?: (problem: string) => void;
}

/**
 * Amazon EC2 as far as the platform uses it, strict about parameters, tokens, budgets and dependencies. Accounts have no
 * default VPC. Instances that were on their way when the process ended go on when it starts again.
 */
export const createEc2 = (
  context: StandInContext,
  options: Ec2Options = {},
): StandIn & { controls: Ec2Controls; network: ServiceInterfaces } => {
  const cloud = openCloud(context, options);
  cloud.lifecycle.resume();
  return {
    client: 'EC2Client',
    actions: Object.fromEntries(
      Object.entries(actions).map(([name, action]): [string, Action<object, unknown>] => [
        `${name}Command`,
        dispatch(cloud, name, action as Ec2Action<object, unknown>),
      ]),
    ),
    controls: openControls(cloud),
    network: openServiceInterfaces(cloud),
    close: () => cloud.lifecycle.close(),
  };
};
