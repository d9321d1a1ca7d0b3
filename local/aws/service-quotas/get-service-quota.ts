import type {
  GetServiceQuotaCommandInput,
  GetServiceQuotaCommandOutput,
} from '@aws-sdk/client-service-quotas';
import { type Action, AwsError } from '../stand-in.ts';
import { quotas } from './quotas.ts';
import { type Account, view } from './view.ts';

type Output = Omit<GetServiceQuotaCommandOutput, '$metadata'>;

export const getServiceQuota =
  (account: Account): Action<GetServiceQuotaCommandInput, Output> =>
  ({ ServiceCode, QuotaCode }, caller) => {
    const quota = quotas.find(({ service, code }) => service === ServiceCode && code === QuotaCode);
    if (!quota)
      throw new AwsError(
        'NoSuchResourceException',
        'The request failed because the specified quota does not exist.',
      );
    return { Quota: view(quota, account, caller) };
  };
