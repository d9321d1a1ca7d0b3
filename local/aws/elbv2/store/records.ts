import type { LoadBalancerSchemeEnum } from '@aws-sdk/client-elastic-load-balancing-v2';

export type Tags = Record<string, string>;

/** Named by its ARN. Times are milliseconds since the epoch. */
interface Resource {
  id: string;
  tags: Tags;
  createdAt: number;
}

export interface BalancerRecord extends Resource {
  name: string;
  vpcId: string;
  scheme: LoadBalancerSchemeEnum;
  subnets: { subnetId: string; zone: string; interfaceId: string }[];
  groupIds: string[];
  /** Of AWS's form; shown until a listener gives it an address on this machine. */
  dnsName: string;
  /** `provisioning` until then. */
  activeAt: number;
  attributes: Record<string, string>;
}

export interface HealthCheck {
  path: string;
  /** A number, or `traffic-port`. */
  port: string;
  intervalSeconds: number;
  timeoutSeconds: number;
  healthyThreshold: number;
  unhealthyThreshold: number;
  /** Status codes, for example `200-299,404`. */
  matcher: string;
}

export interface TargetGroupRecord extends Resource {
  name: string;
  vpcId: string;
  port: number;
  health: HealthCheck;
  attributes: Record<string, string>;
}

export interface TargetRecord {
  /** `<target group's ARN>#<instance>#<port>`. */
  id: string;
  groupArn: string;
  instanceId: string;
  port: number;
  registeredAt: number;
  /** Deregistered: it takes no new request, and is forgotten then. */
  drainUntil?: number;
}

export interface WeightedGroup {
  targetGroupArn: string;
  /** 0 to 999. */
  weight: number;
}

export interface ListenerRecord extends Resource {
  balancerArn: string;
  port: number;
  protocol: 'HTTP' | 'HTTPS';
  certificateArn?: string;
  sslPolicy?: string;
  forward: WeightedGroup[];
  /** Of 127.0.0.1, once it listens; taken again after a restart if it is free. */
  localPort?: number;
}
