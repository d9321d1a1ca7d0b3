import type {
  ListServiceQuotasCommandInput,
  ListServiceQuotasCommandOutput,
} from '@aws-sdk/client-service-quotas';
import { type Action, AwsError } from '../stand-in.ts';
import { quotas } from './quotas.ts';
import { type Account, view } from './view.ts';

type Output = Omit<ListServiceQuotasCommandOutput, '$metadata'>;

export const listServiceQuotas =
  (account: Account): Action<ListServiceQuotasCommandInput, Output> =>
  ({ ServiceCode }, caller) => {
    const found = quotas.filter(({ service }) => service === ServiceCode);
    if (found.length === 0)
      throw new AwsError(
        'NoSuchResourceException',
        'The request failed because the specified service does not exist.',
      );
    return { Quotas: found.map((quota) => view(quota, account, caller)) };
  };
