import type { GetRolePolicyCommandInput, GetRolePolicyCommandOutput } from '@aws-sdk/client-iam';
import { type Action, AwsError } from '../stand-in.ts';
import type { RoleStore } from './store.ts';

type Output = Omit<GetRolePolicyCommandOutput, '$metadata'>;

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html */
export const getRolePolicy =
  (store: RoleStore): Action<GetRolePolicyCommandInput, Output> =>
  ({ RoleName = '', PolicyName = '' }, { account }) => {
    const document = store.policies(store.get(account, RoleName)).get(PolicyName);
    if (document === undefined)
      throw new AwsError(
        'NoSuchEntityException',
        `The role policy with name ${PolicyName} cannot be found.`,
        404,
      );
    return { RoleName, PolicyName, PolicyDocument: encodeURIComponent(document) };
  };
