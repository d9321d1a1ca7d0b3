import type {
  CreateLoadBalancerInput,
  CreateLoadBalancerOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';
import { fullNameOf, newBalancerArn, newDnsName } from '../rules/arns.ts';
import { balancerAttributes, initialAttributes } from '../rules/attributes.ts';
import { resolveGroups, resolveNetwork, subnetIdsOf } from '../rules/balancer-network.ts';
import { limitReached, validationError } from '../rules/errors.ts';
import { checkName } from '../rules/names.ts';
import { sameValues } from '../rules/same.ts';
import { parseTags } from '../rules/tags.ts';
import { balancerView } from '../views/balancer-view.ts';

/**
 * Idempotent by name: there is no client token, and the same settings give the balancer that is there. Its tags stay.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
 */
export const createLoadBalancer = defineAction<CreateLoadBalancerInput, CreateLoadBalancerOutput>({
  required: ['Name'],
  optional: ['IpAddressType', 'Scheme', 'SecurityGroups', 'SubnetMappings', 'Subnets', 'Tags', 'Type'],
  perform(input, call) {
    const { Name: name = '', Scheme: scheme = 'internet-facing' } = input;
    checkName(name, 'load balancer');
    if ((input.Type ?? 'application') !== 'application')
      throw validationError(
        `Load balancers of the type '${input.Type}' are not supported by the local engine`,
      );
    if ((input.IpAddressType ?? 'ipv4') !== 'ipv4')
      throw validationError(
        `The IP address type '${input.IpAddressType}' is not supported by the local engine`,
      );
    if (scheme !== 'internet-facing' && scheme !== 'internal')
      throw new AwsError('InvalidSchemeException', `The scheme '${scheme}' is not valid`);
    const tags = parseTags(input.Tags);
    const subnetIds = subnetIdsOf(input);
    const [existing] = call.balancers.where('name', name);
    const network = existing ?? resolveNetwork(subnetIds, scheme === 'internet-facing', call);
    const groupIds = resolveGroups(input.SecurityGroups, network.vpcId, call);
    if (existing) {
      const isSame =
        existing.scheme === scheme &&
        sameValues(existing.groupIds, groupIds) &&
        sameValues(
          existing.subnets.map(({ subnetId }) => subnetId),
          subnetIds,
        );
      if (isSame) return { LoadBalancers: [balancerView(existing, call)] };
      throw new AwsError(
        'DuplicateLoadBalancerNameException',
        `A load balancer with the same name '${name}' exists, but with different settings`,
      );
    }
    if (call.balancers.count() >= call.limits.balancers)
      throw limitReached('TooManyLoadBalancersException', 'load balancers');
    const id = newBalancerArn(call.caller, name);
    const isPublic = scheme === 'internet-facing';
    const description = `ELB ${fullNameOf(id)}`;
    const balancer = call.balancers.put({
      id,
      name,
      tags,
      createdAt: call.now,
      activeAt: call.now + call.settings.provisioningMilliseconds,
      vpcId: network.vpcId,
      scheme,
      subnets: network.subnets.map(({ subnetId, zone }) => ({
        subnetId,
        zone,
        interfaceId: call.ec2.attachInterface(call.scope, { subnetId, groupIds, description, isPublic }),
      })),
      groupIds,
      dnsName: newDnsName(name, call.caller.region, scheme === 'internal'),
      attributes: initialAttributes(balancerAttributes),
    });
    return { LoadBalancers: [balancerView(balancer, call)] };
  },
});
