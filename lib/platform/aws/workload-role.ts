import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { awsClient } from './client.ts';

export interface TemporaryCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

/** Renewed this long before they end. */
const marginMilliseconds = 5 * 60_000;

/**
 * Client settings for working in the workload account: credentials of the given role, kept until shortly before they
 * end. An empty ARN means the function's own account and gives no settings.
 *
 * @throws Error from the provider, at the first call, where STS gives no credentials
 */
export const workloadAccount = (
  roleArn: string,
  sts: () => STSClient = () => awsClient(STSClient, 'STS'),
): { credentials?: () => Promise<TemporaryCredentials> } => {
  if (!roleArn) return {};
  let current: Promise<TemporaryCredentials> | undefined;
  const assume = async (): Promise<TemporaryCredentials> => {
    const { Credentials } = await sts().send(
      new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'the-cloud' }),
    );
    if (!Credentials?.AccessKeyId || !Credentials.SecretAccessKey) {
      throw new Error(`STS gave no credentials for ${roleArn}`);
    }
    return {
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretAccessKey,
      sessionToken: Credentials.SessionToken,
      expiration: Credentials.Expiration,
    };
  };
  return {
    credentials: async () => {
      const held = await current?.catch(() => undefined);
      const endsAt = held?.expiration?.getTime() ?? Number.POSITIVE_INFINITY;
      if (held && endsAt - marginMilliseconds > Date.now()) return held;
      current = assume();
      return current;
    },
  };
};
