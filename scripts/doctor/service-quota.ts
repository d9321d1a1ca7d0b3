import { GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import type { Clients } from './clients.ts';

/** A limit of the account, by the service and the code that Service Quotas gives it. */
export const quota = async ({ quotas }: Clients, ServiceCode: string, QuotaCode: string): Promise<number> => {
  const { Quota } = await quotas.send(new GetServiceQuotaCommand({ ServiceCode, QuotaCode }));
  return Quota?.Value ?? 0;
};

/** How to get more of a quota, named as in the console. */
export const raise = (what: string): string =>
  `Ask for more in the Service Quotas console: ${what}. It takes hours to days.`;
