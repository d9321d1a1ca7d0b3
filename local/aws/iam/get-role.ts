import type { GetRoleCommandInput, GetRoleCommandOutput } from '@aws-sdk/client-iam';
import type { Action } from '../stand-in.ts';
import type { RoleStore } from './store.ts';
import { roleOf } from './view.ts';

type Output = Omit<GetRoleCommandOutput, '$metadata'>;

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
export const getRole =
  (store: RoleStore): Action<GetRoleCommandInput, Output> =>
  ({ RoleName = '' }, { account }) => ({ Role: roleOf(store.get(account, RoleName)) });
