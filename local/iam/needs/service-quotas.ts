import { arnOf, type ServiceNeeds } from './call-needs.ts';

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_servicequotas.html: only changes know
 *  resources. */
export const serviceQuotas: ServiceNeeds = {
  RequestServiceQuotaIncrease: ({ ServiceCode, QuotaCode }, place) => [
    {
      action: 'servicequotas:RequestServiceQuotaIncrease',
      resources: [arnOf('servicequotas', place, `${ServiceCode}/${QuotaCode}`)],
    },
  ],
};
