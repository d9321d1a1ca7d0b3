import {
  type CloudWatchLogsClient,
  CreateLogGroupCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, type IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { tagKeys } from '../../../platform/aws/ec2/tags.ts';
import { codeOf, iamFailure, logsFailure } from './failures.ts';
import { type FunctionPlace, logGroupArn, logGroupName, roleName } from './names.ts';
import { ownLogPolicy, trustPolicy } from './role-policies.ts';

export interface TenantPlaceOptions {
  iam: IAMClient;
  logs: CloudWatchLogsClient;
  place: FunctionPlace;
}

/** Tenants that a process remembers. What is forgotten costs four calls. */
const maxRemembered = 1_000;

const inlinePolicy = 'own-log';

/**
 * The log group and the role of a tenant's code. They stay when the tenant's last function goes: taking them away could meet
 * a new function of the same tenant half way.
 */
export const createTenantPlaces = ({ iam, logs, place }: TenantPlaceOptions) => {
  const ensured = new Set<string>();

  /** Makes something, or finds it made; the steps after it are for what an earlier attempt may have left undone. */
  const unlessThere = async (code: string, make: () => Promise<unknown>): Promise<void> => {
    try {
      await make();
    } catch (error) {
      if (codeOf(error) !== code) throw error;
    }
  };

  const ensureLogGroup = async (tenant: string, signal: AbortSignal): Promise<void> => {
    const name = logGroupName(place, tenant);
    const create = new CreateLogGroupCommand({
      logGroupName: name,
      tags: { [tagKeys.stage]: place.stage, [tagKeys.tenant]: tenant },
    });
    const retain = new PutRetentionPolicyCommand({
      logGroupName: name,
      retentionInDays: place.logRetentionDays,
    });
    try {
      await unlessThere('ResourceAlreadyExistsException', () => logs.send(create, { abortSignal: signal }));
      await logs.send(retain, { abortSignal: signal });
    } catch (error) {
      throw logsFailure(error);
    }
  };

  const ensureRole = async (tenant: string, signal: AbortSignal): Promise<void> => {
    const RoleName = roleName(place, tenant);
    const create = new CreateRoleCommand({
      RoleName,
      Description: 'Code of one tenant',
      AssumeRolePolicyDocument: trustPolicy,
      PermissionsBoundary: place.boundaryArn,
      Tags: [
        { Key: tagKeys.stage, Value: place.stage },
        { Key: tagKeys.tenant, Value: tenant },
      ],
    });
    const allow = new PutRolePolicyCommand({
      RoleName,
      PolicyName: inlinePolicy,
      PolicyDocument: ownLogPolicy(logGroupArn(place, tenant)),
    });
    try {
      await unlessThere('EntityAlreadyExistsException', () => iam.send(create, { abortSignal: signal }));
      await iam.send(allow, { abortSignal: signal });
    } catch (error) {
      throw iamFailure(error);
    }
  };

  return {
    /**
     * Makes them, or completes what was begun, before a function is told to use them.
     * @throws BackendError which never counts as a creation of the function that may have happened
     */
    async ensure(tenant: string, signal: AbortSignal): Promise<void> {
      if (ensured.has(tenant)) return;
      await ensureLogGroup(tenant, signal);
      await ensureRole(tenant, signal);
      if (ensured.size >= maxRemembered) ensured.clear();
      ensured.add(tenant);
    },

    /** Lambda could not use the role: it is looked after again. */
    forget: (tenant: string): void => {
      ensured.delete(tenant);
    },
  };
};

export type TenantPlaces = ReturnType<typeof createTenantPlaces>;
