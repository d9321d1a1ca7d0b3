import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import { listenersOfGroup } from '../rules/lookup.ts';
import type { AccountStore } from '../store/account-store.ts';
import type { TargetGroupRecord } from '../store/records.ts';

export const targetGroupView = (group: TargetGroupRecord, store: AccountStore): TargetGroup => ({
  TargetGroupArn: group.id,
  TargetGroupName: group.name,
  Protocol: 'HTTP',
  ProtocolVersion: 'HTTP1',
  Port: group.port,
  VpcId: group.vpcId,
  TargetType: 'instance',
  IpAddressType: 'ipv4',
  HealthCheckProtocol: 'HTTP',
  HealthCheckPort: group.health.port,
  HealthCheckEnabled: true,
  HealthCheckIntervalSeconds: group.health.intervalSeconds,
  HealthCheckTimeoutSeconds: group.health.timeoutSeconds,
  HealthyThresholdCount: group.health.healthyThreshold,
  UnhealthyThresholdCount: group.health.unhealthyThreshold,
  HealthCheckPath: group.health.path,
  Matcher: { HttpCode: group.health.matcher },
  LoadBalancerArns: [...new Set(listenersOfGroup(group.id, store).map(({ balancerArn }) => balancerArn))],
});
