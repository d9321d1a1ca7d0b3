import { isLookedAtAgain } from '../../platform/lifecycle/made.ts';
import type { Controller, Step } from '../../platform/lifecycle/types.ts';
import type { Capacity } from '../capacity/service.ts';
import type { AddressPlan } from './address-plan.ts';
import type { ByRecord, CloudGateway, CloudSubnet, CloudVpc, VpcBackend } from './backend.ts';
import type { VpcContents } from './contents.ts';
import { createVpcEnd } from './controller/end.ts';
import { createVpcMaking } from './controller/making.ts';
import type { VpcRecord } from './record.ts';

/** What is there of a VPC, as far as its next step must know. */
export interface VpcParts {
  vpcs: readonly CloudVpc[];
  gateways: readonly CloudGateway[];
  routeTables: readonly { id: string }[];
  /** Those of balancers. */
  subnets: readonly CloudSubnet[];
  /** What a VPC that is being deleted still holds. */
  plan?: AddressPlan;
}

export type VpcStep = Step<VpcRecord>;

export interface VpcControllerOptions {
  backend: VpcBackend;
  contents: VpcContents;
  capacity: Pick<Capacity, 'release'>;
  /** The zones that things are placed in, at least two, in order. */
  zones: readonly string[];
}

const nothing: VpcParts = { vpcs: [], gateways: [], routeTables: [], subnets: [] };

const wantsBalancers = ({ balancer_network_wanted, balancer_subnets }: VpcRecord): boolean =>
  balancer_network_wanted === true && balancer_subnets === undefined;

/** What is taken apart is looked at whole, once it is empty. */
const isTakenApart = ({ deleted_at, is_emptied }: VpcRecord): boolean =>
  deleted_at !== undefined && is_emptied === true;

/** Whether a part must be looked for: only what the next step turns on, as each look is a call to EC2. */
const isSought = {
  vpcs: (vpc: VpcRecord) =>
    isTakenApart(vpc) ||
    !vpc.provider_id ||
    isLookedAtAgain(vpc) ||
    (wantsBalancers(vpc) && !!vpc.balancer_block),
  gateways: (vpc: VpcRecord) => isTakenApart(vpc) || (!!vpc.provider_id && !vpc.gateway_id),
  routeTables: (vpc: VpcRecord) => isTakenApart(vpc) || (!!vpc.gateway_id && !vpc.route_table_id),
  subnets: (vpc: VpcRecord) =>
    isTakenApart(vpc) ||
    (isLookedAtAgain(vpc) && !!vpc.balancer_subnets) ||
    (wantsBalancers(vpc) && !!vpc.balancer_block),
};

/**
 * How a VPC is brought about on EC2: the VPC, an internet gateway, and one route table for its public subnets, which leads
 * there; its main route table stays as EC2 made it and leads nowhere. Once a balancer is wanted in it, also a range of its
 * own with a subnet in each of two zones.
 */
export const createVpcController = (options: VpcControllerOptions): Controller<VpcRecord, VpcParts> => {
  const { backend, contents } = options;
  const making = createVpcMaking(options);
  const end = createVpcEnd(options);

  return {
    kind: 'VPC',

    async observe(resources, signal) {
      const idsOf = (part: keyof typeof isSought): string[] =>
        resources.filter(isSought[part]).map(({ id }) => id);
      const planOf = async (vpc: VpcRecord) =>
        vpc.deleted_at === undefined ? undefined : contents.plan(vpc, signal);
      const [vpcs, gateways, routeTables, subnets, plans] = await Promise.all([
        backend.findVpcs(idsOf('vpcs'), signal),
        backend.findGateways(idsOf('gateways'), signal),
        backend.findRouteTables(idsOf('routeTables'), signal),
        backend.findSubnets(idsOf('subnets'), signal),
        Promise.all(resources.map(planOf)),
      ]);
      const of = <T>(found: ByRecord<T>, id: string): readonly T[] => found.get(id) ?? [];
      return new Map(
        resources.map(({ id }, index): [string, VpcParts] => [
          id,
          {
            vpcs: of(vpcs, id),
            gateways: of(gateways, id),
            routeTables: of(routeTables, id),
            subnets: of(subnets, id),
            plan: plans[index],
          },
        ]),
      );
    },

    reconcile: (wanted, observed = nothing, now) =>
      wanted.deleted_at === undefined ? making(wanted, observed, now) : end(wanted, observed, now),
  };
};
