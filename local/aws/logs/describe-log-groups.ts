import type {
  DescribeLogGroupsCommandInput,
  DescribeLogGroupsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Action } from '../stand-in.ts';
import type { LogGroupStore } from './store.ts';

type Output = Omit<DescribeLogGroupsCommandOutput, '$metadata'>;

/** In one page: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html */
export const describeLogGroups =
  (store: LogGroupStore): Action<DescribeLogGroupsCommandInput, Output> =>
  ({ logGroupNamePrefix = '' }, caller) => ({
    logGroups: store.list(caller, logGroupNamePrefix).map(({ name, arn, retentionDays, createdAt }) => ({
      logGroupName: name,
      arn: `${arn}:*`,
      logGroupArn: arn,
      creationTime: createdAt,
      ...(retentionDays !== undefined && { retentionInDays: retentionDays }),
      metricFilterCount: 0,
      storedBytes: 0,
    })),
  });
