import {
  DescribeInstancesCommand,
  type EC2Client,
  MonitorInstancesCommand,
  UnmonitorInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { CallBudget } from '../../platform/aws/call-budget.ts';
import { createEc2Calls } from '../../platform/aws/ec2/calls.ts';
import { chunks } from '../../platform/aws/ec2/chunks.ts';
import { backendError, codeOf } from '../../platform/aws/ec2/failures.ts';
import { tagKeys, tagOf } from '../../platform/aws/ec2/tags.ts';
import type { MonitoredMachine, Monitoring } from './backend.ts';

/** Few enough that one unknown machine among them costs little, and many enough for few calls. */
const idsPerCall = 100;
const pageSize = 1_000;

/** Detailed monitoring on Amazon EC2. */
export const createEc2Monitoring = ({
  ec2,
  budget,
  stage,
}: {
  ec2: EC2Client;
  budget: CallBudget;
  stage: string;
}): Monitoring => {
  const calls = createEc2Calls(ec2, budget);

  /** EC2 names those that it does not know, and has then changed none; the rest is asked for again. */
  const ofAll =
    (
      action: string,
      commandOf: (InstanceIds: string[]) => MonitorInstancesCommand | UnmonitorInstancesCommand,
    ) =>
    async (machineIds: readonly string[], signal: AbortSignal): Promise<void> => {
      for (const chunk of chunks([...new Set(machineIds)], idsPerCall)) {
        let wanted = chunk;
        while (wanted.length > 0) {
          const command = commandOf(wanted) as MonitorInstancesCommand;
          try {
            await calls.attempt(action, (client) => client.send(command, { abortSignal: signal }), signal);
            break;
          } catch (error) {
            const unknown = new Set((error as Error).message.match(/\bi-[0-9a-f]+/g));
            const rest = wanted.filter((id) => !unknown.has(id));
            if (codeOf(error) !== 'InvalidInstanceID.NotFound' || rest.length === wanted.length)
              throw backendError(error, true);
            wanted = rest;
          }
        }
      }
    };

  return {
    detail: ofAll('MonitorInstances', (InstanceIds) => new MonitorInstancesCommand({ InstanceIds })),
    relax: ofAll('UnmonitorInstances', (InstanceIds) => new UnmonitorInstancesCommand({ InstanceIds })),

    async detailed(token, signal) {
      const command = new DescribeInstancesCommand({
        MaxResults: pageSize,
        NextToken: token,
        Filters: [
          { Name: `tag:${tagKeys.stage}`, Values: [stage] },
          { Name: 'monitoring-state', Values: ['enabled', 'pending'] },
          { Name: 'instance-state-name', Values: ['pending', 'running'] },
        ],
      });
      const { Reservations = [], NextToken } = await calls.read(
        'DescribeInstances',
        (client) => client.send(command, { abortSignal: signal }),
        signal,
      );
      const machines = Reservations.flatMap(({ Instances = [] }) => Instances).flatMap(
        (instance): MonitoredMachine[] => {
          const [tenant, id] = [tagOf(instance, tagKeys.tenant), tagOf(instance, tagKeys.instance)];
          return tenant && id && instance.InstanceId
            ? [{ machineId: instance.InstanceId, tenant, instance: id }]
            : [];
        },
      );
      return { machines, next: NextToken || undefined };
    },
  };
};
