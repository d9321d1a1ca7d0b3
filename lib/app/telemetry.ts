import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { awsClient } from '../platform/aws/client.ts';
import { createStore } from '../platform/store/create-store.ts';
import { createAwsTelemetry } from '../services/instances/backend.cloudwatch.ts';
import { instanceKind } from '../services/instances/record.ts';
import { Telemetry } from '../services/instances/telemetry.ts';
import { callBudget, ec2Client, workloadClient } from './ec2.ts';
import type { App, AppParts } from './serve.ts';

/** Logs, console and use of instances: the only API function that reads EC2 and CloudWatch. */
export const composeTelemetry = ({ tables, clock }: AppParts): App<{ telemetry: Telemetry }> => {
  const settings = workloadClient();
  const source = createAwsTelemetry({
    ec2: ec2Client(settings),
    cloudWatch: awsClient(CloudWatchClient, 'CLOUDWATCH', settings),
    budget: callBudget('telemetry', { tables, clock }),
    clock,
  });
  const store = createStore(instanceKind, { tables, clock });
  return { services: { telemetry: new Telemetry({ store, source, clock }) } };
};
