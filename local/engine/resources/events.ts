import type { Event } from '../../aws/events/index.ts';
import { arn } from '../account.ts';
import type { Cloud } from '../cloud.ts';
import { serviceEvent } from '../events/event.ts';
import { type TargetInput, targetInput } from '../events/input.ts';
import { parseSchedule } from '../events/schedule.ts';
import { senderTo } from '../events/target.ts';
import { asList, asRecord, asString } from './property.ts';
import { type Provider, physicalName } from './provider.ts';

/** `AWS::Events::EventBus` */
export const eventBus: Provider = (request, { buses }) => {
  const name = physicalName(request, request.properties.Name);
  buses.add(name);
  return { ref: name, attributes: { Arn: arn('events', `event-bus/${name}`), Name: name } };
};

const inputOf = (target: Record<string, unknown>): TargetInput => {
  const transformer = target.InputTransformer === undefined ? undefined : asRecord(target.InputTransformer);
  return {
    constant: asString(target.Input),
    path: asString(target.InputPath),
    transformer: transformer
      ? {
          paths: asRecord(transformer.InputPathsMap) as Record<string, string>,
          template: String(transformer.InputTemplate),
        }
      : undefined,
  };
};

const targetsOf = (properties: Record<string, unknown>, cloud: Cloud): ((event: Event) => void)[] =>
  asList(properties.Targets).map((item) => {
    const target = asRecord(item);
    const send = senderTo(String(target.Arn), asString(asRecord(target.DeadLetterConfig).Arn), cloud);
    const input = inputOf(target);
    return (event) => send(targetInput(input, event));
  });

/** `AWS::Events::Rule`: a pattern on a bus, or a schedule. */
export const eventRule: Provider = (request, cloud) => {
  const { properties } = request;
  const name = physicalName(request, properties.Name);
  const bus = (asString(properties.EventBusName) ?? 'default').replace(/^.*event-bus\//, '');
  const ruleArn = arn('events', bus === 'default' ? `rule/${name}` : `rule/${bus}/${name}`);
  const targets = targetsOf(properties, cloud);
  const enabled = properties.State !== 'DISABLED';
  if (enabled && properties.EventPattern)
    cloud.buses.addRule({ name, bus, pattern: properties.EventPattern, targets });
  if (enabled && properties.ScheduleExpression) {
    const expression = String(properties.ScheduleExpression);
    parseSchedule(expression);
    cloud.schedules.push({
      expression,
      run: (time) => {
        const event = serviceEvent(
          { source: 'aws.events', detailType: 'Scheduled Event', detail: {}, resources: [ruleArn] },
          time,
        );
        for (const send of targets) send(event);
      },
    });
  }
  return { ref: bus === 'default' ? name : `${bus}|${name}`, attributes: { Arn: ruleArn } };
};
