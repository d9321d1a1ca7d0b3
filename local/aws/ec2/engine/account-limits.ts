/** What an account may have in a region; AWS raises each on request. */
export interface AccountLimits {
  /** Running On-Demand Standard instances, counted in vCPUs. */
  vcpus: number;
  vpcs: number;
  /** The primary one included. */
  cidrBlocksPerVpc: number;
  internetGateways: number;
  subnetsPerVpc: number;
  routeTablesPerVpc: number;
  routesPerRouteTable: number;
  securityGroups: number;
  /** Inbound and outbound each, and for IPv4 and IPv6 each. */
  rulesPerSecurityGroup: number;
  securityGroupsPerInterface: number;
  /** Storage of gp3 volumes, in TiB. */
  gp3TiB: number;
  snapshots: number;
  /** Whether a volume must rest for hours between modifications, and for seconds between snapshots, as on AWS. */
  restingVolumes: boolean;
}

/**
 * A new account. https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
 * https://docs.aws.amazon.com/general/latest/gr/ebs-service.html
 */
const newAccount: AccountLimits = {
  vcpus: 5,
  vpcs: 5,
  cidrBlocksPerVpc: 5,
  internetGateways: 5,
  subnetsPerVpc: 200,
  routeTablesPerVpc: 200,
  routesPerRouteTable: 50,
  securityGroups: 2_500,
  rulesPerSecurityGroup: 60,
  securityGroupsPerInterface: 5,
  gp3TiB: 50,
  snapshots: 100_000,
  restingVolumes: true,
};

export const accountLimits: Record<'roomy' | 'default', AccountLimits> = {
  default: newAccount,
  roomy: {
    ...newAccount,
    vcpus: 10_000,
    vpcs: 100,
    internetGateways: 100,
    securityGroups: 10_000,
    gp3TiB: 1_000,
    restingVolumes: false,
  },
};
