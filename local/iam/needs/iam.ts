import type { CreateRoleCommandInput } from '@aws-sdk/client-iam';
import type { Need, Place } from '../request.ts';
import type { ServiceNeeds } from './call-needs.ts';
import { tagContext } from './ec2-tags.ts';

const roleArn = (name: string, { account }: Place, path = '/'): string =>
  `arn:aws:iam::${account}:role${path}${name}`;

const onRole =
  (action: string) =>
  ({ RoleName }: { RoleName: string }, place: Place): Need[] => [
    { action: `iam:${action}`, resources: [roleArn(RoleName, place)] },
  ];

/**
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html. For a change of
 * a role `iam:PermissionsBoundary` is the boundary that it has, which the role itself knows.
 */
export const iam: ServiceNeeds = {
  CreateRole: (input: CreateRoleCommandInput & { RoleName: string }, place) => {
    const resources = [roleArn(input.RoleName, place, input.Path)];
    const tags = tagContext(input.Tags);
    const context = { 'iam:permissionsboundary': input.PermissionsBoundary ?? [], ...tags };
    return [
      { action: 'iam:CreateRole', resources, context },
      ...(input.Tags?.length ? [{ action: 'iam:TagRole', resources, context: tags }] : []),
    ];
  },
  ...Object.fromEntries(
    ['PutRolePolicy', 'GetRole', 'GetRolePolicy'].map((action) => [action, onRole(action)]),
  ),
};
