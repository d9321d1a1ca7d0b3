import { type AccountLimits, accountLimits } from '../ec2/index.ts';
import type { StandIn, StandInContext } from '../stand-in.ts';
import { getServiceQuota } from './get-service-quota.ts';
import { listServiceQuotas } from './list-service-quotas.ts';

export interface ServiceQuotasOptions {
  /** The limits of the EC2 stand-in as they are at the moment. Default: those that go with the context's `limits`. */
  ec2Limits?: () => AccountLimits;
}

/** Service Quotas, read only. */
export const createServiceQuotas = (
  { limits }: Pick<StandInContext, 'limits'>,
  { ec2Limits = () => accountLimits[limits] }: ServiceQuotasOptions = {},
): StandIn => ({
  client: 'ServiceQuotasClient',
  actions: {
    GetServiceQuotaCommand: getServiceQuota({ limits, ec2Limits }),
    ListServiceQuotasCommand: listServiceQuotas({ limits, ec2Limits }),
  },
});
