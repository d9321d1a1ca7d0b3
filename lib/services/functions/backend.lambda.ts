import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  type LambdaClient,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import { tagKeys } from '../../platform/aws/ec2/tags.ts';
import { deleteCodes, keepCode, keptKey } from './backend.lambda/codes.ts';
import { codeOf, isRoleUnknown, lambdaFailure } from './backend.lambda/failures.ts';
import { functionName } from './backend.lambda/names.ts';
import { lambdaSettings, settingsText } from './backend.lambda/settings.ts';
import { createTenantPlaces, type TenantPlaceOptions } from './backend.lambda/tenant-place.ts';
import type { FunctionHost, HostedFunction, ObservedFunction } from './backend.ts';

export interface LambdaHostOptions extends TenantPlaceOptions {
  lambda: LambdaClient;
  s3: S3Client;
}

/** Programs are most often built for it. */
const architecture = 'x86_64';

const states: Record<string, ObservedFunction['state']> = { Pending: 'pending', Failed: 'failed' };
const updates: Record<string, ObservedFunction['update']> = { InProgress: 'under way', Failed: 'failed' };

/**
 * The FunctionHost port on AWS Lambda, the code on S3, with a role and a log group of each tenant. Only translates: which call
 * comes next is the controller's matter.
 */
export const createLambdaHost = ({ lambda, s3, iam, logs, place }: LambdaHostOptions): FunctionHost => {
  const { bucket, prefix } = place;
  const places = createTenantPlaces({ iam, logs, place });

  const failing = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      throw lambdaFailure(error);
    }
  };

  /** A call that tells Lambda of the tenant's role, which is there by then, though Lambda may not see it yet. */
  const withRole = async (
    tenant: string,
    signal: AbortSignal,
    call: () => Promise<unknown>,
  ): Promise<void> => {
    await places.ensure(tenant, signal);
    try {
      await call();
    } catch (error) {
      if (isRoleUnknown(error)) places.forget(tenant);
      throw lambdaFailure(error);
    }
  };

  const tagsOf = ({ tenant, functionId }: HostedFunction): Record<string, string> => ({
    [tagKeys.stage]: place.stage,
    [tagKeys.tenant]: tenant,
    [tagKeys.resource]: functionId,
  });

  return {
    async observe(functionId, signal) {
      const command = new GetFunctionConfigurationCommand({ FunctionName: functionName(prefix, functionId) });
      try {
        const found = await lambda.send(command, { abortSignal: signal });
        return {
          state: states[found.State ?? ''] ?? 'active',
          update: updates[found.LastUpdateStatus ?? ''] ?? 'done',
          reason: found.StateReason ?? found.LastUpdateStatusReason,
          sha256: found.CodeSha256 ?? '',
          settings: settingsText(found),
        };
      } catch (error) {
        if (codeOf(error) === 'ResourceNotFoundException') return undefined;
        throw lambdaFailure(error);
      }
    },

    settingsOf: (wanted) => settingsText(lambdaSettings(wanted, place)),

    async create(wanted, signal) {
      await keepCode(s3, bucket, wanted, signal);
      const { Runtime, ...settings } = lambdaSettings(wanted, place);
      const command = new CreateFunctionCommand({
        ...settings,
        Runtime: Runtime as 'nodejs24.x',
        FunctionName: functionName(prefix, wanted.functionId),
        Code: { S3Bucket: bucket, S3Key: keptKey(wanted) },
        Architectures: [architecture],
        PackageType: 'Zip',
        Tags: tagsOf(wanted),
      });
      await withRole(wanted.tenant, signal, () => lambda.send(command, { abortSignal: signal }));
    },

    async updateCode(wanted, signal) {
      await keepCode(s3, bucket, wanted, signal);
      const command = new UpdateFunctionCodeCommand({
        FunctionName: functionName(prefix, wanted.functionId),
        S3Bucket: bucket,
        S3Key: keptKey(wanted),
      });
      await failing(() => lambda.send(command, { abortSignal: signal }));
    },

    async configure(wanted, signal) {
      const { Runtime, ...settings } = lambdaSettings(wanted, place);
      const command = new UpdateFunctionConfigurationCommand({
        ...settings,
        Runtime: Runtime as 'nodejs24.x',
        FunctionName: functionName(prefix, wanted.functionId),
      });
      await withRole(wanted.tenant, signal, () => lambda.send(command, { abortSignal: signal }));
    },

    async delete(functionId, signal) {
      const command = new DeleteFunctionCommand({ FunctionName: functionName(prefix, functionId) });
      try {
        await lambda.send(command, { abortSignal: signal });
      } catch (error) {
        if (codeOf(error) !== 'ResourceNotFoundException') throw lambdaFailure(error);
      }
    },

    deleteCodes: (refs, signal) => deleteCodes(s3, bucket, refs, signal),
  };
};
