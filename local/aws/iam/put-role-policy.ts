import type { PutRolePolicyCommandInput, PutRolePolicyCommandOutput } from '@aws-sdk/client-iam';
import type { Action } from '../stand-in.ts';
import { checkInline, checkName } from './rules.ts';
import type { RoleStore } from './store.ts';

type Output = Omit<PutRolePolicyCommandOutput, '$metadata'>;

const maxNameLength = 64;
const maxPolicyNameLength = 128;

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
export const putRolePolicy =
  (store: RoleStore): Action<PutRolePolicyCommandInput, Output> =>
  ({ RoleName, PolicyName, PolicyDocument }, { account }) => {
    checkName('roleName', RoleName, maxNameLength);
    checkName('policyName', PolicyName, maxPolicyNameLength);
    const role = store.get(account, RoleName);
    const others = store.policies(role);
    others.delete(PolicyName);
    checkInline(RoleName, PolicyDocument, others.values());
    store.putPolicy(role, PolicyName, PolicyDocument as string);
    return {};
  };
