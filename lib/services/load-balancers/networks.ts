import type { Caller } from '../../platform/http/caller.ts';
import type { Write } from '../../platform/table/types.ts';

/** The VPCs that balancers may be made in, as an API function sees them. */
export interface BalancerNetworks {
  /**
   * Writes of a balancer's creation, which runs within `untilCurrent`: they count it in at its VPC and ask for the subnets
   * that balancers lie in.
   * @throws CloudError `NOT_FOUND` for a VPC that the tenant does not have
   */
  join(caller: Caller, vpcId: string): Promise<readonly Write[]>;
  /** Writes of its delete: what is being deleted keeps no VPC from being deleted. */
  leave(balancer: { tenant: string; vpc_id: string }): readonly Write[];
}

/** A VPC, as far as a balancer needs it. */
export type CloudNetwork =
  | {
      state: 'ready';
      /** EC2's id. */
      vpcId: string;
      cidrBlock: string;
      /** EC2's ids of the balancer subnets, in two zones. */
      subnetIds: readonly string[];
    }
  /** The VPC or its balancer subnets are being made. */
  | { state: 'pending' }
  /** `reason` is safe to show. */
  | { state: 'lost'; reason: string };

/** The same VPCs, as the reconciler sees them. */
export interface CloudNetworks {
  /** By the balancer's id. */
  locate(
    balancers: readonly { id: string; tenant: string; vpc_id: string }[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, CloudNetwork>>;
}
