/** A quota with AWS's value for a new account, and with that of the roomy account. */
export interface Quota {
  service: string;
  serviceName: string;
  code: string;
  name: string;
  default: number;
  roomy: number;
}

const quota = (
  [service, serviceName]: readonly [string, string],
  code: string,
  name: string,
  byDefault: number,
  roomy: number,
): Quota => ({ service, serviceName, code, name, default: byDefault, roomy });

const ec2 = ['ec2', 'Amazon Elastic Compute Cloud (Amazon EC2)'] as const;
const vpc = ['vpc', 'Amazon Virtual Private Cloud (Amazon VPC)'] as const;
const lambda = ['lambda', 'AWS Lambda'] as const;
const balancing = ['elasticloadbalancing', 'Elastic Load Balancing (ELB)'] as const;

/** Those that decide whether the platform fits into an account. The numbers of vCPUs are those of the EC2 stand-in. */
export const quotas: readonly Quota[] = [
  quota(ec2, 'L-1216C47A', 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances', 5, 10_000),
  quota(ec2, 'L-0263D0A3', 'EC2-VPC Elastic IPs', 5, 100),
  quota(vpc, 'L-F678F1CE', 'VPCs per Region', 5, 100),
  quota(vpc, 'L-A4707A72', 'Internet gateways per Region', 5, 100),
  quota(vpc, 'L-407747CB', 'Subnets per VPC', 200, 200),
  quota(vpc, 'L-E79EC296', 'VPC security groups per Region', 2_500, 2_500),
  quota(vpc, 'L-0EA8095F', 'Inbound or outbound rules per security group', 60, 60),
  quota(lambda, 'L-B99A9384', 'Concurrent executions', 10, 1_000),
  quota(balancing, 'L-53DA6B97', 'Application Load Balancers per Region', 50, 50),
];
