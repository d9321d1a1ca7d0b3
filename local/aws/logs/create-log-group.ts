import type {
  CreateLogGroupCommandInput,
  CreateLogGroupCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Clock } from '../../../lib/platform/clock.ts';
import { type Action, AwsError } from '../stand-in.ts';
import { checkGroupName, invalidParameter } from './rules.ts';
import type { LogGroupStore } from './store.ts';

type Output = Omit<CreateLogGroupCommandOutput, '$metadata'>;

const maxTags = 50;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
export const createLogGroup =
  (clock: Clock, store: LogGroupStore): Action<CreateLogGroupCommandInput, Output> =>
  ({ logGroupName, tags = {} }, caller) => {
    checkGroupName(logGroupName);
    if (Object.keys(tags).length > maxTags)
      throw invalidParameter(`Value at 'tags' failed to satisfy constraint: at most ${maxTags}`);
    if (store.find(caller, logGroupName))
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
    store.put(caller, {
      name: logGroupName,
      arn: `arn:aws:logs:${caller.region}:${caller.account}:log-group:${logGroupName}`,
      tags,
      createdAt: clock.now(),
    });
    return {};
  };
