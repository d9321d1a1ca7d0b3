import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Call } from '../engine/call.ts';
import type { BalancerRecord } from '../store/records.ts';

/** The hosted zone of the Application Load Balancers of us-east-1. https://docs.aws.amazon.com/general/latest/gr/elb.html */
const hostedZone = 'Z35SXDOTRQ7X7K';

/** Where the balancer is reached on this machine, or else a name of AWS's form, which nothing resolves here. */
export const addressOf = (balancer: BalancerRecord, { listeners }: Pick<Call, 'listeners'>): string => {
  const listening = listeners
    .where('balancer_arn', balancer.id)
    .find(({ localPort }) => localPort !== undefined);
  return listening ? `127.0.0.1:${listening.localPort}` : balancer.dnsName;
};

export const balancerView = (
  balancer: BalancerRecord,
  call: Pick<Call, 'listeners' | 'now'>,
): LoadBalancer => ({
  LoadBalancerArn: balancer.id,
  LoadBalancerName: balancer.name,
  DNSName: addressOf(balancer, call),
  CanonicalHostedZoneId: hostedZone,
  CreatedTime: new Date(balancer.createdAt),
  Scheme: balancer.scheme,
  VpcId: balancer.vpcId,
  State: { Code: call.now < balancer.activeAt ? 'provisioning' : 'active' },
  Type: 'application',
  AvailabilityZones: balancer.subnets.map(({ subnetId, zone }) => ({
    ZoneName: zone,
    SubnetId: subnetId,
    LoadBalancerAddresses: [],
  })),
  SecurityGroups: balancer.groupIds,
  IpAddressType: 'ipv4',
});
