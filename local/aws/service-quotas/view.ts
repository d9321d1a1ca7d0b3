import type { ServiceQuota } from '@aws-sdk/client-service-quotas';
import type { AccountLimits } from '../ec2/index.ts';
import type { Caller, StandInContext } from '../stand-in.ts';
import type { Quota } from './quotas.ts';

/** Whose quotas they are. */
export interface Account {
  limits: StandInContext['limits'];
  /** What the EC2 stand-in allows at the moment. */
  ec2Limits(): AccountLimits;
}

const currentValue = ({ value }: Quota, { limits, ec2Limits }: Account): number => {
  if (typeof value === 'function') return value(ec2Limits());
  return typeof value === 'number' ? value : value[limits];
};

export const view = (quota: Quota, of: Account, { account, region }: Caller): ServiceQuota => ({
  ServiceCode: quota.service,
  ServiceName: quota.serviceName,
  QuotaCode: quota.code,
  QuotaName: quota.name,
  QuotaArn: `arn:aws:servicequotas:${region}:${account}:${quota.service}/${quota.code}`,
  Value: currentValue(quota, of),
  Unit: 'None',
  Adjustable: true,
  GlobalQuota: false,
});
