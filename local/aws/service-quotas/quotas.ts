import type { AccountLimits } from '../ec2/index.ts';

type Value = number | { default: number; roomy: number } | ((limits: AccountLimits) => number);

/** A quota, and what it is: in every account, in a new and in a roomy one, or by the limits of the EC2 stand-in. */
export interface Quota {
  service: string;
  serviceName: string;
  code: string;
  name: string;
  value: Value;
}

const quota = (
  [service, serviceName]: readonly [string, string],
  code: string,
  name: string,
  value: Value,
): Quota => ({ service, serviceName, code, name, value });

const ec2 = ['ec2', 'Amazon Elastic Compute Cloud (Amazon EC2)'] as const;
const ebs = ['ebs', 'Amazon Elastic Block Store (Amazon EBS)'] as const;
const vpc = ['vpc', 'Amazon Virtual Private Cloud (Amazon VPC)'] as const;
const lambda = ['lambda', 'AWS Lambda'] as const;
const balancing = ['elasticloadbalancing', 'Elastic Load Balancing (ELB)'] as const;

/** Those that decide whether the platform fits into an account. */
export const quotas: readonly Quota[] = [
  quota(
    ec2,
    'L-1216C47A',
    'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances',
    ({ vcpus }) => vcpus,
  ),
  quota(ec2, 'L-0263D0A3', 'EC2-VPC Elastic IPs', { default: 5, roomy: 100 }),
  quota(ebs, 'L-7A658B76', 'Storage for General Purpose SSD (gp3) volumes, in TiB', ({ gp3TiB }) => gp3TiB),
  quota(ebs, 'L-309BACF6', 'Snapshots per Region', ({ snapshots }) => snapshots),
  quota(vpc, 'L-F678F1CE', 'VPCs per Region', ({ vpcs }) => vpcs),
  quota(vpc, 'L-A4707A72', 'Internet gateways per Region', ({ internetGateways }) => internetGateways),
  quota(vpc, 'L-407747CB', 'Subnets per VPC', ({ subnetsPerVpc }) => subnetsPerVpc),
  quota(vpc, 'L-83CA0A9D', 'IPv4 CIDR blocks per VPC', ({ cidrBlocksPerVpc }) => cidrBlocksPerVpc),
  quota(vpc, 'L-E79EC296', 'VPC security groups per Region', ({ securityGroups }) => securityGroups),
  quota(
    vpc,
    'L-0EA8095F',
    'Inbound or outbound rules per security group',
    ({ rulesPerSecurityGroup }) => rulesPerSecurityGroup,
  ),
  quota(lambda, 'L-B99A9384', 'Concurrent executions', { default: 10, roomy: 1_000 }),
  quota(balancing, 'L-53DA6B97', 'Application Load Balancers per Region', 50),
  quota(balancing, 'L-B22855CB', 'Target Groups per Region', 3_000),
];
