import type { ServiceQuota } from '@aws-sdk/client-service-quotas';
import type { Caller, StandInContext } from '../stand-in.ts';
import type { Quota } from './quotas.ts';

export type Limits = StandInContext['limits'];

export const view = (quota: Quota, limits: Limits, { account, region }: Caller): ServiceQuota => ({
  ServiceCode: quota.service,
  ServiceName: quota.serviceName,
  QuotaCode: quota.code,
  QuotaName: quota.name,
  QuotaArn: `arn:aws:servicequotas:${region}:${account}:${quota.service}/${quota.code}`,
  Value: quota[limits],
  Unit: 'None',
  Adjustable: true,
  GlobalQuota: false,
});
