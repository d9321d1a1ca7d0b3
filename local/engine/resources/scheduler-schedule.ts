import { arn } from '../account.ts';
import { parseSchedule } from '../events/schedule.ts';
import { senderTo } from '../events/target.ts';
import { TemplateError } from '../template/template-error.ts';
import { asRecord, asString } from './property.ts';
import { type Provider, physicalName } from './provider.ts';
import { requireSenderRights } from './sender-rights.ts';

/** `AWS::Scheduler::Schedule` in UTC; a flexible time window is taken at its beginning. */
export const schedulerSchedule: Provider = async (request, cloud) => {
  const { properties, stack, logicalId } = request;
  const name = physicalName(request, properties.Name);
  const zone = asString(properties.ScheduleExpressionTimezone) ?? 'UTC';
  if (!['UTC', 'Etc/UTC'].includes(zone))
    throw new TemplateError(`${stack.name}.${logicalId}: the engine schedules in UTC only, not in ${zone}`);
  const expression = String(properties.ScheduleExpression);
  parseSchedule(expression);
  const target = asRecord(properties.Target);
  const deadLetterArn = asString(asRecord(target.DeadLetterConfig).Arn);
  await requireSenderRights(asString(target.RoleArn), String(target.Arn), deadLetterArn, cloud);
  const send = senderTo(String(target.Arn), deadLetterArn, cloud);
  if (properties.State !== 'DISABLED')
    cloud.schedules.push({ expression, run: () => send(asString(target.Input) ?? '{}') });
  const group = asString(properties.GroupName) ?? 'default';
  return { ref: name, attributes: { Arn: arn('scheduler', `schedule/${group}/${name}`) } };
};

/** `AWS::Scheduler::ScheduleGroup` */
export const scheduleGroup: Provider = (request) => {
  const name = physicalName(request, request.properties.Name);
  return { ref: name, attributes: { Arn: arn('scheduler', `schedule-group/${name}`) } };
};
