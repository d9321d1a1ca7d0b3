import { creationMayAppear } from '../../../platform/lifecycle/creation.ts';
import { stillThere } from '../../../platform/lifecycle/made.ts';
import { pollAgain } from '../../../platform/lifecycle/poll.ts';
import { addressPlans } from '../address-plan.ts';
import type { VpcControllerOptions, VpcParts, VpcStep } from '../controller.ts';
import { type VpcRecord, vpcUsage } from '../record.ts';
import { vpcUses } from '../uses.ts';

/**
 * The next step of a VPC's end. What is in it goes first, then its parts, the VPC last; each step is told done by the
 * record or by what EC2 shows, so it goes on wherever it was left.
 */
export const createVpcEnd = ({ backend, contents, capacity }: Omit<VpcControllerOptions, 'zones'>) => {
  const call = (
    name: string,
    work: (signal: AbortSignal) => Promise<void>,
    change: Omit<Extract<VpcStep, { do: 'write' }>, 'do' | 'set'> & { set?: Partial<VpcRecord> } = {},
  ): VpcStep => ({
    do: 'call',
    name,
    call: async (signal) => {
      await work(signal);
      return change;
    },
  });

  const each = async (
    ids: readonly string[],
    work: (id: string, signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> => {
    for (const id of ids) await work(id, signal);
  };

  const parts = (wanted: VpcRecord, observed: VpcParts, now: number): VpcStep | undefined => {
    const { provider_id: vpcId, gateway_id: gatewayId, route_table_id: routeTableId } = wanted;
    const balancerSubnets = observed.subnets.map(({ id }) => id);
    for (const { id } of wanted.balancer_subnets ?? wanted.balancer_parts ?? [])
      balancerSubnets.push(
        ...stillThere(wanted, [], id, now).filter((one) => !balancerSubnets.includes(one)),
      );
    if (balancerSubnets.length > 0)
      return call('DeleteSubnet', (signal) => each(balancerSubnets, backend.deleteSubnet, signal), {
        remove: ['balancer_subnets', 'balancer_parts'],
      });

    const routeTables = stillThere(wanted, observed.routeTables, routeTableId, now);
    if (routeTables.length > 0)
      return call('DeleteRouteTable', (signal) => each(routeTables, backend.deleteRouteTable, signal), {
        remove: ['route_table_id'],
      });

    const vpcs = stillThere(wanted, observed.vpcs, vpcId, now);
    const gateways = stillThere(wanted, observed.gateways, gatewayId, now);
    if (gateways.length > 0)
      return call(
        'DeleteInternetGateway',
        async (signal) => {
          for (const id of gateways) {
            const shown = observed.gateways.find((gateway) => gateway.id === id);
            const attachedTo = shown ? shown.vpcId : vpcId;
            if (attachedTo) await backend.detachGateway(id, attachedTo, signal);
            await backend.deleteGateway(id, signal);
          }
        },
        { remove: ['gateway_id', 'is_attached'] },
      );

    if (vpcs.length > 0 && !wanted.is_ungrouped)
      return call('DeleteSecurityGroup', (signal) => each(vpcs, backend.deleteGroups, signal), {
        set: { is_ungrouped: true },
      });
    if (vpcs.length > 0)
      return call('DeleteVpc', (signal) => each(vpcs, backend.deleteVpc, signal), {
        remove: ['provider_id'],
      });
    return undefined;
  };

  return (wanted: VpcRecord, observed: VpcParts, now: number): VpcStep => {
    const { plan } = observed;
    const wait = (reason: string): VpcStep => ({
      do: 'wait',
      milliseconds: pollAgain(wanted.deleted_at ?? wanted.created_at, now),
      reason,
    });
    if (!wanted.is_emptied)
      return call('RemoveContents', (signal) => contents.remove(wanted, signal), {
        set: { is_emptied: true },
      });
    if (plan && (plan.subnets.length > 0 || plan.groups > 0))
      return wait('waiting for its subnets and security groups to go');
    const step = parts(wanted, observed, now);
    if (step) return step;
    if (creationMayAppear(wanted, now)) return wait('making sure that nothing is left');
    return {
      do: 'forget',
      usage: vpcUsage,
      extra: [
        vpcUses.end(wanted),
        capacity.release('vpcs', wanted.tenant),
        ...(plan ? [addressPlans.end(plan)] : []),
      ],
    };
  };
};
