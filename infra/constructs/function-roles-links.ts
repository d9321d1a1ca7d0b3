import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { madeAtRunTime, taggedWithStage } from './compute-links.ts';
import type { FunctionPlace } from './function-place.ts';
import { type Link, writtenArn } from './link.ts';
import type { Platform } from './platform.ts';

const writtenRoles = ({ names }: Platform): string =>
  `arn:<AWS::Partition>:iam::<AWS::AccountId>:role/${names.ofTenants}*`;

const rolesArn = (scope: Construct, { names }: Platform): string =>
  Stack.of(scope).formatArn({ service: 'iam', region: '', resource: 'role', resourceName: names.ofTenants });

const logGroupsArn = (scope: Construct, { names }: Platform): string =>
  Stack.of(scope).formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: names.functionLogGroups,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

/**
 * Making the role and the log group of each tenant's code, and handing the role to Lambda. A role is made, and its policy
 * written, only within the bounds, which nothing here may change or take off.
 */
export const functionRoles = (scope: Construct, platform: Platform, { boundary }: FunctionPlace): Link => {
  const roles = rolesArn(scope, platform);
  const groups = logGroupsArn(scope, platform);
  const ofStage = taggedWithStage(platform);
  const bounded = { 'iam:PermissionsBoundary': boundary.managedPolicyArn };
  return {
    environment: {
      FUNCTION_ROLES_ARN: roles,
      FUNCTION_BOUNDARY_ARN: boundary.managedPolicyArn,
      FUNCTION_LOG_GROUPS_ARN: groups,
      FUNCTION_LOG_RETENTION_DAYS: String(platform.context.logRetentionDays),
    },
    statements: [
      new PolicyStatement({
        sid: 'MakeBoundedRoles',
        actions: ['iam:CreateRole'],
        resources: [`${roles}*`],
        conditions: { StringEquals: { ...(ofStage.StringEquals as object | undefined), ...bounded } },
      }),
      new PolicyStatement({
        sid: 'TagRolesWithTheStage',
        actions: ['iam:TagRole'],
        resources: [`${roles}*`],
        conditions: ofStage,
      }),
      new PolicyStatement({
        sid: 'SayWhatBoundedRolesMayDo',
        actions: ['iam:PutRolePolicy'],
        resources: [`${roles}*`],
        conditions: { StringEquals: bounded },
      }),
      new PolicyStatement({
        sid: 'PassRolesToLambda',
        actions: ['iam:PassRole'],
        resources: [`${roles}*`],
        conditions: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
      }),
      // CloudWatch Logs knows no condition on the tags of a request: what a stage's groups are is said by their names.
      new PolicyStatement({
        sid: 'MakeLogGroups',
        actions: ['logs:CreateLogGroup', 'logs:TagResource', 'logs:PutRetentionPolicy'],
        resources: [`${groups}*`],
      }),
    ],
    wildcards: {
      [writtenRoles(platform)]: madeAtRunTime,
      [writtenArn('logs', `log-group:${platform.names.functionLogGroups}*`)]: madeAtRunTime,
    },
  };
};
