import type { GetCallerIdentityCommandInput, GetCallerIdentityCommandOutput } from '@aws-sdk/client-sts';
import type { Action } from '../stand-in.ts';

type Output = Omit<GetCallerIdentityCommandOutput, '$metadata'>;

export const getCallerIdentity: Action<GetCallerIdentityCommandInput, Output> = (_, { account, arn }) => ({
  Account: account,
  Arn: arn,
  UserId: arn.endsWith(':root') ? account : `AROALOCAL:${arn.slice(arn.lastIndexOf('/') + 1)}`,
});
