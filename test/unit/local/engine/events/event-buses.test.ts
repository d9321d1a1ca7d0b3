import { expect, it } from 'vitest';
import { serviceEvent } from '../../../../../local/engine/events/event.ts';
import { EventBuses } from '../../../../../local/engine/events/event-buses.ts';

const event = serviceEvent(
  {
    source: 'aws.ec2',
    detailType: 'EC2 Instance State-change Notification',
    detail: { state: 'running' },
    resources: ['arn'],
  },
  Date.UTC(2026, 0, 1),
);

const busesWith = (bus: string, pattern: unknown) => {
  const buses = new EventBuses();
  const heard: unknown[] = [];
  buses.add('own');
  buses.addRule({
    name: 'rule',
    bus,
    pattern,
    targets: [(one) => heard.push(one), (one) => heard.push(one)],
  });
  return { buses, heard };
};

it('makes events as AWS services send them', () => {
  expect(event).toMatchObject({
    version: '0',
    account: '000000000000',
    region: 'us-east-1',
    time: '2026-01-01T00:00:00Z',
  });
});

it('hands a matching event to all targets of the rule', () => {
  const { buses, heard } = busesWith('default', { source: ['aws.ec2'], detail: { state: ['running'] } });
  buses.deliver('default', event);
  expect(heard).toEqual([event, event]);
});

it.each([
  ['that does not match', 'default', { source: ['aws.s3'] }],
  ['of another bus', 'own', { source: ['aws.ec2'] }],
])('hands nothing to a rule %s', (_, bus, pattern) => {
  const { buses, heard } = busesWith(bus, pattern);
  buses.deliver('default', event);
  expect(heard).toEqual([]);
});

it('refuses a pattern that is none', () => {
  expect(() => busesWith('default', { source: 'aws.ec2' })).toThrow();
});
