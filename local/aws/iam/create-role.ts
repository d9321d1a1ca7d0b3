import { randomBytes } from 'node:crypto';
import type { CreateRoleCommandInput, CreateRoleCommandOutput } from '@aws-sdk/client-iam';
import type { Clock } from '../../../lib/platform/clock.ts';
import { type Action, AwsError } from '../stand-in.ts';
import { checkBoundary, checkName, checkRoom, checkTrust } from './rules.ts';
import type { RoleStore } from './store.ts';
import { roleOf } from './view.ts';

type Output = Omit<CreateRoleCommandOutput, '$metadata'>;

const maxNameLength = 64;

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export const createRole =
  (clock: Clock, store: RoleStore, maxRoles: number): Action<CreateRoleCommandInput, Output> =>
  (input, { account }) => {
    const { RoleName, AssumeRolePolicyDocument, PermissionsBoundary, Path = '/', Tags = [] } = input;
    checkName('roleName', RoleName, maxNameLength);
    checkTrust(AssumeRolePolicyDocument);
    checkBoundary(PermissionsBoundary);
    if (store.find(account, RoleName))
      throw new AwsError('EntityAlreadyExistsException', `Role with name ${RoleName} already exists.`, 409);
    checkRoom(store.count(account), maxRoles);
    const role = {
      account,
      name: RoleName,
      path: Path,
      id: `AROA${randomBytes(8).toString('hex').toUpperCase()}`,
      arn: `arn:aws:iam::${account}:role${Path}${RoleName}`,
      description: input.Description,
      trust: AssumeRolePolicyDocument as string,
      boundary: PermissionsBoundary,
      tags: Tags,
      createdAt: clock.now(),
    };
    store.add(role);
    return { Role: roleOf(role) };
  };
