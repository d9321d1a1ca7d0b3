import type { PutEventsCommandOutput } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { createEventBridge, type Event } from '../../../../local/aws/events/index.ts';
import { call, standInContext } from './context.ts';

const open = () => {
  const delivered: [string, Event][] = [];
  const deliver = async (bus: string, event: Event) => {
    await Promise.resolve();
    delivered.push([bus, event]);
  };
  return { delivered, events: createEventBridge(standInContext(), { deliver }) };
};

const entry = { Source: 'cloud', DetailType: 'Changed', Detail: '{"id":1}' };

describe('PutEvents', () => {
  it('delivers each entry in order to its bus before it answers', async () => {
    const { delivered, events } = open();
    const answer = await call<PutEventsCommandOutput>(events, 'PutEvents', {
      Entries: [
        { ...entry, EventBusName: 'cloud', Resources: ['r'], Time: new Date('2026-05-06T07:08:09.999Z') },
        entry,
        { ...entry, EventBusName: 'arn:aws:events:us-east-1:000000000000:event-bus/other' },
      ],
    });
    expect(answer.FailedEntryCount).toBe(0);
    expect(delivered.map(([bus]) => bus)).toEqual(['cloud', 'default', 'other']);
    expect(delivered.map(([, { id }]) => id)).toEqual(answer.Entries?.map(({ EventId }) => EventId));
    expect(delivered[0]?.[1]).toEqual({
      version: '0',
      id: answer.Entries?.[0]?.EventId,
      'detail-type': 'Changed',
      source: 'cloud',
      account: '000000000000',
      time: '2026-05-06T07:08:09Z',
      region: 'us-east-1',
      resources: ['r'],
      detail: { id: 1 },
    });
    expect(delivered[1]?.[1].time).toBe('2026-01-01T00:00:00Z');
  });

  it.each([
    ['no source', { ...entry, Source: undefined }, 'InvalidArgument'],
    ['no type', { ...entry, DetailType: '' }, 'InvalidArgument'],
    ['no detail', { ...entry, Detail: undefined }, 'InvalidArgument'],
    ['a detail that is no JSON', { ...entry, Detail: '{' }, 'MalformedDetail'],
    ['a detail that is no object', { ...entry, Detail: '[1]' }, 'MalformedDetail'],
    ['a source of AWS’s own', { ...entry, Source: 'aws.ec2' }, 'NotAuthorizedForSourceException'],
  ])('fails an entry with %s and delivers the others', async (_, wrong, code) => {
    const { delivered, events } = open();
    const answer = await call<PutEventsCommandOutput>(events, 'PutEvents', { Entries: [wrong, entry] });
    expect(answer.FailedEntryCount).toBe(1);
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([code, undefined]);
    expect(delivered).toHaveLength(1);
  });

  it.each([
    ['no list', {}, 'must not be null'],
    ['no entries', { Entries: [] }, 'greater than or equal to 1'],
    ['11 entries', { Entries: Array(11).fill(entry) }, 'less than or equal to 10'],
    [
      'more than 256 KB',
      { Entries: [{ ...entry, Detail: JSON.stringify({ a: 'x'.repeat(262_144) }) }] },
      'size',
    ],
  ])('refuses %s', async (_, input, message) => {
    const { delivered, events } = open();
    await expect(call(events, 'PutEvents', input)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
    expect(delivered).toEqual([]);
  });
});
