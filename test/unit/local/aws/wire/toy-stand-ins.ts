import { AwsError, type Caller, type StandIn } from '../../../../../local/aws/stand-in.ts';

interface Received {
  input: Record<string, unknown>;
  caller: Caller;
}

/** Two services that remember what they were asked, and fail on request. */
export const createToys = () => {
  const received: Received[] = [];
  const failures: Error[] = [];
  const record = (input: Record<string, unknown>, caller: Caller) => {
    received.push({ input, caller });
    const failure = failures.shift();
    if (failure) throw failure;
  };
  const ec2: StandIn = {
    client: 'EC2Client',
    actions: {
      DescribeInstancesCommand: (input, caller) => {
        record(input, caller);
        return {
          Reservations: [
            {
              Instances: [
                {
                  InstanceId: 'i-1',
                  LaunchTime: new Date(86_400_000),
                  KernelId: undefined,
                  EbsOptimized: false,
                },
              ],
            },
          ],
        };
      },
      StopInstancesCommand: (input, caller) => record(input, caller),
      RunInstancesCommand: (input, caller) => record(input, caller),
    },
  };
  const secrets: StandIn = {
    client: 'SecretsManagerClient',
    actions: {
      GetSecretValueCommand: (input, caller) => {
        record(input, caller);
        return { SecretBinary: new Uint8Array([0, 1, 255]), CreatedDate: new Date(1), big: 2n ** 60n };
      },
    },
  };
  return {
    received,
    standIns: [ec2, secrets],
    reset: () => {
      received.length = 0;
      failures.length = 0;
    },
    /** The next calls fail with these, in order. */
    failNext: (...errors: Error[]) => failures.push(...errors),
    throttled: () => new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503),
  };
};
