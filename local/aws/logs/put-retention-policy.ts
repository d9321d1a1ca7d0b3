import type {
  PutRetentionPolicyCommandInput,
  PutRetentionPolicyCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Action } from '../stand-in.ts';
import { checkGroupName, invalidParameter } from './rules.ts';
import type { LogGroupStore } from './store.ts';

type Output = Omit<PutRetentionPolicyCommandOutput, '$metadata'>;

const allowedDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const putRetentionPolicy =
  (store: LogGroupStore): Action<PutRetentionPolicyCommandInput, Output> =>
  ({ logGroupName, retentionInDays }, caller) => {
    checkGroupName(logGroupName);
    if (retentionInDays === undefined || !allowedDays.includes(retentionInDays))
      throw invalidParameter(
        `Value '${retentionInDays}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${allowedDays.join(', ')}]`,
      );
    store.put(caller, { ...store.get(caller, logGroupName), retentionDays: retentionInDays });
    return {};
  };
