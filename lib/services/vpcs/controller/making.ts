import { isLookedAtAgain, mustShow, takeOverOrCreate } from '../../../platform/lifecycle/made.ts';
import { balancerBlockFor, halvesOf } from '../balancer-block.ts';
import type { VpcControllerOptions, VpcParts, VpcStep } from '../controller.ts';
import type { BalancerSubnet, VpcRecord } from '../record.ts';

const pollMilliseconds = 1_000;

/** The next step towards a VPC with all its parts. */
export const createVpcMaking = ({ backend, zones }: Pick<VpcControllerOptions, 'backend' | 'zones'>) => {
  /** What goes without looking, each part of it safe to repeat. */
  const connect = (wanted: VpcRecord, vpcId: string, gatewayId: string, routeTableId: string): VpcStep => ({
    do: 'call',
    name: 'ConnectVpc',
    call: async (signal) => {
      if (!wanted.has_dns_hostnames) await backend.enableDnsHostnames(vpcId, signal);
      if (!wanted.is_attached) await backend.attachGateway(gatewayId, vpcId, signal);
      await backend.routeToGateway(routeTableId, gatewayId, signal);
      return { set: { has_dns_hostnames: true, is_attached: true, is_routed: true } };
    },
  });

  /** Two subnets of the balancers' own range, on the public route table. */
  const balancers = (
    wanted: VpcRecord,
    { vpcs, subnets }: VpcParts,
    vpcId: string,
    routeTableId: string,
    now: number,
  ): VpcStep | undefined => {
    if (!wanted.balancer_network_wanted || wanted.balancer_subnets) return undefined;
    const block = wanted.balancer_block;
    if (block === undefined) {
      const balancer_block = balancerBlockFor(wanted);
      return {
        do: 'call',
        name: 'AssociateVpcCidrBlock',
        call: async (signal) => {
          await backend.addBlock(vpcId, balancer_block, signal);
          return { set: { balancer_block } };
        },
      };
    }
    const isReady = vpcs.some(({ blocks }) => blocks.some((one) => one.cidr_block === block && one.isReady));
    if (!isReady)
      return { do: 'wait', milliseconds: pollMilliseconds, reason: 'waiting for the range of the balancers' };
    const made = wanted.balancer_parts ?? [];
    for (const [index, cidr_block] of halvesOf(block).entries()) {
      const zone = zones[index];
      if (zone === undefined) return { do: 'fail', reason: 'load balancers need two zones' };
      if (made.some((subnet) => subnet.zone === zone)) continue;
      return takeOverOrCreate<VpcRecord>(
        subnets.filter((subnet) => subnet.cidr_block === cidr_block),
        now,
        {
          name: 'CreateSubnet',
          create: (signal) => backend.createSubnet(wanted, { vpcId, cidr_block, zone }, signal),
          delete: backend.deleteSubnet,
          record: (id) => ({ balancer_parts: [...made, { id, zone }] }),
        },
      );
    }
    return route(made, routeTableId);
  };

  const route = (subnets: readonly BalancerSubnet[], routeTableId: string): VpcStep => ({
    do: 'call',
    name: 'RouteBalancerSubnets',
    call: async (signal) => {
      for (const { id } of subnets) await backend.useRouteTable(id, routeTableId, signal);
      return { set: { balancer_subnets: [...subnets] }, remove: ['balancer_parts'] };
    },
  });

  /** What was deleted outside: the VPC itself is not made again, what the platform has made around it is. */
  const lost = (wanted: VpcRecord, { vpcs, subnets }: VpcParts, now: number): VpcStep | undefined => {
    if (!wanted.provider_id || !isLookedAtAgain(wanted) || !mustShow(wanted, now)) return undefined;
    if (!vpcs.some(({ id }) => id === wanted.provider_id))
      return { do: 'fail', reason: 'the VPC is gone; it was deleted outside of the platform' };
    const recorded = wanted.balancer_subnets ?? [];
    const left = recorded.filter(({ id }) => subnets.some((subnet) => subnet.id === id));
    if (left.length === recorded.length) return undefined;
    return {
      do: 'write',
      // Due at once, so that it goes on where this worker ends here.
      set: { balancer_parts: left, next_attempt_at: new Date(now).toISOString() },
      remove: ['balancer_subnets'],
    };
  };

  return (wanted: VpcRecord, observed: VpcParts, now: number): VpcStep => {
    const gone = lost(wanted, observed, now);
    if (gone) return gone;
    const { provider_id: vpcId, gateway_id: gatewayId, route_table_id: routeTableId } = wanted;
    if (!vpcId)
      return takeOverOrCreate<VpcRecord>(observed.vpcs, now, {
        name: 'CreateVpc',
        create: (signal) => backend.createVpc(wanted, wanted.cidr_block, signal),
        delete: backend.deleteVpc,
        record: (provider_id) => ({ provider_id }),
      });
    if (!gatewayId)
      return takeOverOrCreate<VpcRecord>(observed.gateways, now, {
        name: 'CreateInternetGateway',
        create: (signal) => backend.createGateway(wanted, signal),
        delete: backend.deleteGateway,
        record: (gateway_id) => ({ gateway_id }),
      });
    if (!routeTableId)
      return takeOverOrCreate<VpcRecord>(observed.routeTables, now, {
        name: 'CreateRouteTable',
        create: (signal) => backend.createRouteTable(wanted, vpcId, signal),
        delete: backend.deleteRouteTable,
        record: (route_table_id) => ({ route_table_id }),
      });
    if (!wanted.is_routed) return connect(wanted, vpcId, gatewayId, routeTableId);
    return (
      balancers(wanted, observed, vpcId, routeTableId, now) ?? {
        do: 'converged',
        set: { status: 'active' },
        remove: ['status_reason'],
      }
    );
  };
};
