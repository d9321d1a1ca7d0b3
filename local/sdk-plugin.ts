import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { SdkPlugin } from '../lib/platform/aws/client.ts';
import { deniedError } from './aws/wire/denied.ts';
import { HostClient } from './aws/wire/host-client.ts';
import { withIdempotencyToken } from './aws/wire/idempotency-token.ts';
import { sendWithRetries } from './aws/wire/retry.ts';
import { serviceException } from './aws/wire/service-exception.ts';
import { UseReporter } from './aws/wire/use-reporter.ts';
import { Authorizer } from './iam/authorizer.ts';
import { needsOf } from './iam/needs/index.ts';
import type { PolicyFile } from './iam/policy.ts';

/** The SDK's own default. */
const defaultAttempts = 3;

type Call = Parameters<SdkPlugin['intercept']>[0];

interface Settings {
  accessKeyId: string;
  region: string;
  maxAttempts: number;
}

const settingsOf = async ({ settings }: Call, environment: NodeJS.ProcessEnv): Promise<Settings> => ({
  accessKeyId: (await settings?.credentials())?.accessKeyId ?? environment.AWS_ACCESS_KEY_ID ?? '',
  region: (await settings?.region()) ?? environment.AWS_REGION ?? 'us-east-1',
  maxAttempts: (await settings?.maxAttempts()) ?? defaultAttempts,
});

/**
 * What the local engine puts below a function's AWS clients. For each call it
 *
 * 1. evaluates the policies of the function's role, where `CLOUD_LOCAL_POLICY` names their file, and refuses what AWS
 *    would refuse. Calls with other credentials than the function's own are left to the host to judge;
 * 2. sends the call to the stand-in for its service, where the host at `CLOUD_LOCAL_HOST` has one;
 * 3. else lets the real client go on to the endpoint it was given.
 *
 * @throws Error where the policy file is missing or malformed
 */
export const createPlugin = (environment: NodeJS.ProcessEnv): SdkPlugin => {
  const host = environment.CLOUD_LOCAL_HOST ? new HostClient(environment.CLOUD_LOCAL_HOST) : undefined;
  const policy: PolicyFile | undefined = environment.CLOUD_LOCAL_POLICY
    ? JSON.parse(readFileSync(environment.CLOUD_LOCAL_POLICY, 'utf8'))
    : undefined;
  const ownKey = environment.AWS_ACCESS_KEY_ID ?? '';
  const reporter = host && new UseReporter((uses) => host.report(uses));
  const authorizer =
    policy &&
    new Authorizer(
      policy,
      async (resource, region) => (await host?.resourceKeys(resource, ownKey, region)) ?? {},
      (use) => reporter?.add(use),
    );

  const authorize = async (call: Call, { accessKeyId, region }: Settings): Promise<void> => {
    if (!authorizer || !policy || accessKeyId !== ownKey) return;
    const place = { account: policy.account, region };
    const denial = await authorizer.findDenial(needsOf(call, place), place);
    if (denial) throw serviceException(call.client, deniedError(call.client, denial));
  };

  return {
    intercept: async (call, next) => {
      const settings = await settingsOf(call, environment);
      await authorize(call, settings);
      if (!host || !(await host.has(call.client))) return next();
      const { accessKeyId, region, maxAttempts } = settings;
      const { client, command } = call;
      const input = withIdempotencyToken(command, call.input);
      return sendWithRetries(
        client,
        maxAttempts,
        () => host.call({ client, command, input, accessKeyId, region }),
        (milliseconds) => wait(milliseconds),
      );
    },
  };
};

/** Loaded by `awsClient` from the file that `CLOUD_SDK_PLUGIN` names. */
export const plugin: SdkPlugin = createPlugin(process.env);
