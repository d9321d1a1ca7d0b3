import type { StandIn, StandInContext } from '../stand-in.ts';
import { getServiceQuota } from './get-service-quota.ts';
import { listServiceQuotas } from './list-service-quotas.ts';

/** Service Quotas, read only. */
export const createServiceQuotas = ({ limits }: Pick<StandInContext, 'limits'>): StandIn => ({
  client: 'ServiceQuotasClient',
  actions: {
    GetServiceQuotaCommand: getServiceQuota(limits),
    ListServiceQuotasCommand: listServiceQuotas(limits),
  },
});
