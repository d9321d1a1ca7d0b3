import type { Need, Place } from '../request.ts';
import { arnOf, type ServiceNeeds } from './call-needs.ts';

interface OnGroup {
  logGroupName: string;
}

const groupArn = ({ logGroupName }: OnGroup, place: Place): string =>
  arnOf('logs', place, `log-group:${logGroupName}`);

/** Tagging is checked against the group's ARN, everything else against that with `:*` behind it. */
const onGroup =
  (action: string) =>
  (input: OnGroup, place: Place): Need[] => [
    { action: `logs:${action}`, resources: [`${groupArn(input, place)}:*`] },
  ];

/**
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html. Tags of a request are no
 * condition keys here: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-identity-based-access-control-cwl.html
 */
export const logs: ServiceNeeds = {
  CreateLogGroup: (input: OnGroup & { tags?: Record<string, string> }, place) => [
    ...onGroup('CreateLogGroup')(input, place),
    ...(Object.keys(input.tags ?? {}).length > 0
      ? [{ action: 'logs:TagResource', resources: [groupArn(input, place)] }]
      : []),
  ],
  PutRetentionPolicy: onGroup('PutRetentionPolicy'),
};
