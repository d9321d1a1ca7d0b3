import { Stack } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Platform } from './platform.ts';

/** The alarm, and the all-clear after it, go to the stage's alarm topic, which the observability stack makes. */
export const alarmsGoTo = (alarm: Alarm, { names }: Platform): void => {
  const alarmActionArn = Stack.of(alarm).formatArn({ service: 'sns', resource: names.alarmTopic });
  const action = { bind: () => ({ alarmActionArn }) };
  alarm.addAlarmAction(action);
  alarm.addOkAction(action);
};
