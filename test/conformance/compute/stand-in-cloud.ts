import { DatabaseSync } from 'node:sqlite';
import { EC2Client } from '@aws-sdk/client-ec2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { attachPlugin, awsClient } from '../../../lib/platform/aws/client.ts';
import {
  createEc2,
  type Ec2Controls,
  type Ec2Options,
  publicParameters,
} from '../../../local/aws/ec2/index.ts';
import { createStandInHost } from '../../../local/aws/host.ts';
import { createSsm } from '../../../local/aws/ssm/index.ts';
import type { StandIn, StandInContext } from '../../../local/aws/stand-in.ts';
import { realTimers, type Timers } from '../../../local/clock.ts';
import { createPlugin } from '../../../local/sdk-plugin.ts';
import type { Cloud } from './cloud.ts';
import { createLandingNetwork } from './landing-network.ts';

/** A request that EC2 was sent, each repeat by itself. */
export interface SeenCall {
  /** Without `Command`. */
  action: string;
  /** Code of the error that it was answered with. */
  failure?: string;
}

/** A stand-in that notes what it is asked. */
const noting = <S extends StandIn>(standIn: S, calls: SeenCall[]): S => ({
  ...standIn,
  actions: Object.fromEntries(
    Object.entries(standIn.actions).map(([command, action]): [string, StandIn['actions'][string]] => [
      command,
      async (input, caller) => {
        const call: SeenCall = { action: command.replace(/Command$/, '') };
        calls.push(call);
        try {
          return await action(input, caller);
        } catch (error) {
          call.failure = (error as Error).name;
          throw error;
        }
      },
    ]),
  ),
});

export interface StandInCloud extends Cloud {
  controls: Ec2Controls;
  /** Requests to EC2, oldest first; empty it with `calls.length = 0`. */
  calls: SeenCall[];
  /** Events as EC2 emitted them. */
  events: unknown[];
}

/** The engine's own EC2 and SSM, reached over loopback just as a function does. */
export const startStandIn = async (
  limits: StandInContext['limits'] = 'roomy',
  options: Ec2Options = { bootMilliseconds: 20, stopMilliseconds: 10, terminateMilliseconds: 10 },
  { timers = realTimers, prefix = 24 }: { timers?: Timers; prefix?: number } = {},
): Promise<StandInCloud> => {
  const events: unknown[] = [];
  const context: StandInContext = {
    timers,
    database: new DatabaseSync(':memory:'),
    limits,
    emit: async (event) => {
      events.push(event);
    },
  };
  const calls: SeenCall[] = [];
  const ec2StandIn = noting(createEc2(context, options), calls);
  const host = await createStandInHost({
    standIns: [ec2StandIn, createSsm(context, { publicParameters })],
    identify: () => ({
      account: '000000000000',
      region: 'us-east-1',
      arn: 'arn:aws:iam::000000000000:role/test',
    }),
  });
  const plugin = createPlugin({ CLOUD_LOCAL_HOST: host.url, AWS_ACCESS_KEY_ID: 'test' });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const ec2 = awsClient(EC2Client, 'EC2', { credentials });
  const ec2Once = awsClient(EC2Client, 'EC2', { credentials, maxAttempts: 1 });
  const ssm = awsClient(SSMClient, 'SSM', { credentials });
  for (const client of [ec2, ec2Once, ssm]) attachPlugin(client, () => plugin);
  return {
    ec2,
    ec2Once,
    ssm,
    ...(await createLandingNetwork(ec2, prefix)),
    controls: ec2StandIn.controls,
    events,
    calls,
    stop: async () => {
      ec2StandIn.close?.();
      await host.close();
      context.database.close();
    },
  };
};
