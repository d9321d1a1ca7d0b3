import type { Action, StandIn, StandInContext } from '../stand-in.ts';
import { actions } from './actions/index.ts';
import { type Elbv2Controls, openControls } from './controls.ts';
import type { LocalNetwork } from './data-plane/local-network.ts';
import type { Ec2View } from './ec2-view.ts';
import type { AccountLimits } from './engine/account-limits.ts';
import type { ElbAction } from './engine/action.ts';
import { openCloud } from './engine/cloud.ts';
import { dispatch } from './engine/dispatch.ts';

export type { Elbv2Controls, InspectedBalancer, InspectedTarget } from './controls.ts';
export type { LocalNetwork } from './data-plane/local-network.ts';
export { ec2View } from './ec2-view.stand-in.ts';

export interface Elbv2Options {
  ec2: Ec2View;
  /** From `provisioning` to `active`. Default 200. */
  provisioningMilliseconds?: number;
  /** The longest time between two health checks of a target. Default 1,000. */
  probeMilliseconds?: number;
  /** Changes to the account limits that go with the context's `limits`. */
  accountLimits?: Partial<AccountLimits>;
  /** What listeners and health checks go through. Default: the loopback address. */
  network?: LocalNetwork;
  /** Told of what a balancer can't do on this machine. Default: a process warning. */
  report?: (problem: string) => void;
}

/**
 * Elastic Load Balancing v2 as far as the platform uses it: Application Load Balancers that forward HTTP to instances,
 * strict about parameters, names and dependencies. Each listener is a real reverse proxy on 127.0.0.1, and each target in
 * use has its health checked. Listeners come up again when the process does.
 */
export const createElbv2 = (
  context: StandInContext,
  options: Elbv2Options,
): StandIn & { controls: Elbv2Controls; ready(): Promise<void> } => {
  const cloud = openCloud(context, options);
  return {
    client: 'ElasticLoadBalancingV2Client',
    actions: Object.fromEntries(
      Object.entries(actions).map(([name, action]): [string, Action<object, unknown>] => [
        `${name}Command`,
        dispatch(cloud, name, action as ElbAction<object, unknown>),
      ]),
    ),
    controls: openControls(cloud),
    ready: () => cloud.dataPlane.follow(),
    close: () => cloud.dataPlane.close(),
  };
};
