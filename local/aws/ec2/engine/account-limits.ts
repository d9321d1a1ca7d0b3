/** What an account may have in a region; AWS raises each on request. */
export interface AccountLimits {
  /** Running On-Demand Standard instances, counted in vCPUs. */
  vcpus: number;
  vpcs: number;
  internetGateways: number;
  subnetsPerVpc: number;
  routeTablesPerVpc: number;
  securityGroups: number;
  /** Inbound and outbound each. */
  rulesPerSecurityGroup: number;
  securityGroupsPerInterface: number;
}

/** A new account. https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const newAccount: AccountLimits = {
  vcpus: 5,
  vpcs: 5,
  internetGateways: 5,
  subnetsPerVpc: 200,
  routeTablesPerVpc: 200,
  securityGroups: 2_500,
  rulesPerSecurityGroup: 60,
  securityGroupsPerInterface: 5,
};

export const accountLimits: Record<'roomy' | 'default', AccountLimits> = {
  default: newAccount,
  roomy: { ...newAccount, vcpus: 10_000, vpcs: 100, internetGateways: 100, securityGroups: 10_000 },
};
