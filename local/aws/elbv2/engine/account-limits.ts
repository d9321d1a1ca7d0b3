/** What an account may have in a region. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
export interface AccountLimits {
  balancers: number;
  targetGroups: number;
  listenersPerBalancer: number;
  targetGroupsPerBalancer: number;
  targetsPerBalancer: number;
  targetsPerTargetGroup: number;
  securityGroupsPerBalancer: number;
}

const newAccount: AccountLimits = {
  balancers: 50,
  targetGroups: 3_000,
  listenersPerBalancer: 50,
  targetGroupsPerBalancer: 100,
  targetsPerBalancer: 1_000,
  targetsPerTargetGroup: 1_000,
  securityGroupsPerBalancer: 5,
};

export const accountLimits: Record<'roomy' | 'default', AccountLimits> = {
  default: newAccount,
  roomy: { ...newAccount, balancers: 2_000, targetGroups: 20_000 },
};
