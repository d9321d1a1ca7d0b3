import type { ResourceStore } from '../../platform/store/types.ts';
import { requestBalancerNetwork, type VpcRecord, vpcUses } from '../vpcs/service.ts';
import type { BalancerNetworks, CloudNetwork, CloudNetworks } from './networks.ts';

/** An application load balancer needs two zones: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html */
const neededSubnets = 2;

/** The tenants' own VPCs, for an API function. */
export const createBalancerNetworks = (
  vpcs: Pick<ResourceStore<VpcRecord>, 'get' | 'plan'>,
): BalancerNetworks => ({
  async join(caller, vpcId) {
    const vpc = await vpcs.get(caller.principal.tenant, vpcId, { signal: caller.signal });
    return [vpcUses.join(vpc), ...requestBalancerNetwork(vpcs, vpc)];
  },
  leave: ({ tenant, vpc_id }) => [vpcUses.leave({ tenant, id: vpc_id })],
});

const networkOf = (vpc: VpcRecord | undefined): CloudNetwork => {
  if (!vpc) return { state: 'lost', reason: 'the VPC is gone' };
  const { provider_id: vpcId, cidr_block: cidrBlock, balancer_subnets: subnets = [] } = vpc;
  if (vpcId && subnets.length >= neededSubnets)
    return { state: 'ready', vpcId, cidrBlock, subnetIds: subnets.map(({ id }) => id) };
  return vpc.status === 'ERROR'
    ? { state: 'lost', reason: `the VPC is in ERROR: ${vpc.status_reason ?? 'it gave no reason'}` }
    : { state: 'pending' };
};

/** The same, for the reconciler. */
export const createCloudNetworks = (vpcs: Pick<ResourceStore<VpcRecord>, 'find'>): CloudNetworks => ({
  async locate(balancers, signal) {
    return new Map(
      await Promise.all(
        balancers.map(
          async ({ id, tenant, vpc_id }): Promise<[string, CloudNetwork]> => [
            id,
            networkOf(await vpcs.find(tenant, vpc_id, { signal })),
          ],
        ),
      ),
    );
  },
});
