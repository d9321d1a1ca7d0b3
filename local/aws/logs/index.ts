import type { StandIn, StandInContext } from '../stand-in.ts';
import { createLogGroup } from './create-log-group.ts';
import { describeLogGroups } from './describe-log-groups.ts';
import { putRetentionPolicy } from './put-retention-policy.ts';
import { LogGroupStore } from './store.ts';

/** CloudWatch Logs, as far as its groups: what functions print is in the engine's own files. */
export const createLogs = ({ timers, database }: Pick<StandInContext, 'timers' | 'database'>): StandIn => {
  const store = new LogGroupStore(database);
  return {
    client: 'CloudWatchLogsClient',
    actions: {
      CreateLogGroupCommand: createLogGroup(timers, store),
      DescribeLogGroupsCommand: describeLogGroups(store),
      PutRetentionPolicyCommand: putRetentionPolicy(store),
    },
  };
};
