import {
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  DescribeTargetGroupsCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  type Tag,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { BackendError } from '../../../platform/lifecycle/types.ts';
import type { GroupRequest, GroupSettings } from '../backend.ts';
import type { Algorithm } from '../schema.ts';
import type { ElbCalls } from './calls.ts';
import { elbFailure, failedFor } from './failures.ts';
import { groupName } from './names.ts';

/** Any answer that is not the server's own failure: a page that asks for a password is a page. */
const matcher = '200-499';

/** Targets name their own ports; a group must have one all the same. */
const unusedPort = 80;

const algorithms: Record<Algorithm, string> = {
  'round-robin': 'round_robin',
  'least-conn': 'least_outstanding_requests',
};

/** The target groups of balancers, one for each weight, found again by their names. */
export const createTargetGroups = (calls: ElbCalls, tagsOf: (owner: GroupRequest['owner']) => Tag[]) => ({
  async find(id: string, weight: number, signal: AbortSignal): Promise<string | undefined> {
    try {
      const { TargetGroups = [] } = await calls.attempt(
        'ElbDescribe',
        (client) =>
          client.send(new DescribeTargetGroupsCommand({ Names: [groupName(id, weight)] }), {
            abortSignal: signal,
          }),
        signal,
      );
      return TargetGroups[0]?.TargetGroupArn;
    } catch (error) {
      if (failedFor(error, 'TargetGroupNotFoundException')) return undefined;
      throw elbFailure(error);
    }
  },

  /** Makes it with the settings that every group begins with, so that a repeat asks for the same. */
  async create({ owner, weight, vpcId }: GroupRequest, signal: AbortSignal): Promise<string> {
    const command = new CreateTargetGroupCommand({
      Name: groupName(owner.id, weight),
      Protocol: 'HTTP',
      Port: unusedPort,
      VpcId: vpcId,
      TargetType: 'instance',
      Tags: tagsOf(owner),
    });
    try {
      const { TargetGroups = [] } = await calls.attempt(
        'ElbMutate',
        (client) => client.send(command, { abortSignal: signal }),
        signal,
      );
      const arn = TargetGroups[0]?.TargetGroupArn;
      if (arn) return arn;
    } catch (error) {
      if (!failedFor(error, 'DuplicateTargetGroupNameException')) throw elbFailure(error);
      // It was made and configured before a crash kept that from being written down.
      const arn = await this.find(owner.id, weight, signal);
      if (arn) return arn;
    }
    throw new BackendError('not_yet', 'waiting for the target group to become visible');
  },

  async configure(
    arn: string,
    { healthCheck, algorithm, drainingSeconds }: GroupSettings,
    signal: AbortSignal,
  ): Promise<void> {
    const checks = new ModifyTargetGroupCommand({
      TargetGroupArn: arn,
      HealthCheckProtocol: 'HTTP',
      HealthCheckPath: healthCheck.path,
      HealthCheckIntervalSeconds: healthCheck.interval_seconds,
      HealthCheckTimeoutSeconds: healthCheck.timeout_seconds,
      HealthyThresholdCount: healthCheck.healthy_threshold,
      UnhealthyThresholdCount: healthCheck.unhealthy_threshold,
      Matcher: { HttpCode: matcher },
    });
    const attributes = new ModifyTargetGroupAttributesCommand({
      TargetGroupArn: arn,
      Attributes: [
        { Key: 'deregistration_delay.timeout_seconds', Value: String(drainingSeconds) },
        { Key: 'load_balancing.algorithm.type', Value: algorithms[algorithm] },
      ],
    });
    await calls.send('ElbMutate', (client) => client.send(checks, { abortSignal: signal }), signal);
    await calls.send('ElbMutate', (client) => client.send(attributes, { abortSignal: signal }), signal);
  },

  async delete(arn: string, signal: AbortSignal): Promise<void> {
    const command = new DeleteTargetGroupCommand({ TargetGroupArn: arn });
    try {
      await calls.attempt('ElbMutate', (client) => client.send(command, { abortSignal: signal }), signal);
    } catch (error) {
      if (!failedFor(error, 'TargetGroupNotFoundException')) throw elbFailure(error);
    }
  },
});
