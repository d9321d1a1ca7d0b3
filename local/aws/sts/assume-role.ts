import type { AssumeRoleCommandInput, AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import { type Action, AwsError, type Caller } from '../stand-in.ts';
import { mustNotBeNull, mustSatisfy, validationError } from '../validation.ts';
import type { Sessions } from './sessions.ts';

type Output = Omit<AssumeRoleCommandOutput, '$metadata'>;

/** Whether a role lets somebody assume it. */
export type Trusts = (roleArn: string, caller: Caller, externalId: string | undefined) => boolean;

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const minSeconds = 900;
const maxSeconds = 43_200;
const defaultSeconds = 3_600;

const invalid = (problem: string): AwsError => {
  const { message } = validationError(problem);
  return new AwsError('ValidationError', message);
};

export const assumeRole =
  (sessions: Sessions, trusts: Trusts): Action<AssumeRoleCommandInput, Output> =>
  ({ RoleArn, RoleSessionName, DurationSeconds = defaultSeconds, ExternalId }, caller) => {
    if (!RoleArn) throw invalid(mustNotBeNull('roleArn'));
    if (!RoleSessionName) throw invalid(mustNotBeNull('roleSessionName'));
    if (!/^[\w+=,.@-]{2,64}$/.test(RoleSessionName))
      throw invalid(
        mustSatisfy('roleSessionName', RoleSessionName, 'satisfy regular expression pattern: [\\w+=,.@-]*'),
      );
    if (DurationSeconds < minSeconds || DurationSeconds > maxSeconds)
      throw invalid(
        mustSatisfy('durationSeconds', DurationSeconds, `have value between ${minSeconds} and ${maxSeconds}`),
      );
    const [, account, role] = RoleArn.match(/^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]+)$/) ?? [];
    if (!account || !role) throw new AwsError('ValidationError', `${RoleArn} is invalid`);
    if (!trusts(RoleArn, caller, ExternalId))
      throw new AwsError(
        'AccessDenied',
        `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
        403,
      );
    const arn = `arn:aws:sts::${account}:assumed-role/${role}/${RoleSessionName}`;
    const session = sessions.create({ account, arn, roleArn: RoleArn }, DurationSeconds);
    return {
      Credentials: {
        AccessKeyId: session.accessKeyId,
        SecretAccessKey: session.secretAccessKey,
        SessionToken: session.sessionToken,
        Expiration: new Date(session.expiresAt),
      },
      AssumedRoleUser: { Arn: arn, AssumedRoleId: `AROA${session.accessKeyId.slice(4)}:${RoleSessionName}` },
    };
  };
