import { describe, expect, it } from 'vitest';
import { decide, type ItemChange } from '../../../../lib/platform/lifecycle/decide.ts';
import { requested, toy } from '../../../support/toy.ts';

const now = Date.UTC(2026, 0, 1);
const at = '2026-01-01T00:00:00.000Z';
const launch = requested('launch', 'a1');
const base = { ...toy('t1', 'web'), event: launch };
const id = base.id;

const change = (before: object | undefined, after: object | undefined): ItemChange => ({
  pk: 'T#t1#TOY',
  sk: id,
  before: before as ItemChange['before'],
  after: after as ItemChange['after'],
  at,
});
const look = (generation: number, event_id: string, delaySeconds = 0) => ({
  message: { kind: 'TOY', tenant: 't1', id, generation, event_id },
  delaySeconds,
});
const at5 = '2026-01-01T00:00:04.200Z';
const tomorrow = '2026-01-02T00:00:00.000Z';

const group = { kind: 'GROUP', id: 'g1' };
const balancers = [
  { kind: 'GROUP', id: 'g1' },
  { kind: 'GROUP', id: 'g2' },
];
const child = { ...base, version: 4, watched_by: group };
const watchersLook = (version: number, watcher = 'g1') => ({
  message: {
    kind: 'GROUP',
    tenant: 't1',
    id: watcher,
    generation: 0,
    event_id: `${id}:${version}:watched`,
    observed: true,
  },
  delaySeconds: 0,
});

describe('who watches a record', () => {
  it.each([
    ['another status', child, { ...child, version: 5, status: 'RUNNING' }, [watchersLook(5)]],
    [
      'a delete, as its tombstone appears',
      child,
      { ...child, version: 5, deleted_at: at },
      [watchersLook(5)],
    ],
    ['its end', { ...child, deleted_at: at }, undefined, [watchersLook(4)]],
    ['news of any other kind', child, { ...child, version: 5, news: 1 }, [watchersLook(5)]],
    [
      'the same, where several watch',
      { ...base, version: 4, watchers: balancers },
      { ...base, version: 5, watchers: balancers, news: 1 },
      [watchersLook(5), watchersLook(5, 'g2')],
    ],
    [
      'nothing to one who has left with that change',
      { ...base, version: 4, watchers: balancers },
      { ...base, version: 5, watchers: balancers.slice(1), news: 1 },
      [watchersLook(5, 'g2')],
    ],
    ['nothing of its creation', undefined, child, []],
    ['nothing of what was only observed', child, { ...child, version: 5, updated_at: 'later' }, []],
    ['nothing of an end that a record without watchers comes to', base, undefined, []],
  ] as const)('is told of %s', (_, before, after, looks) => {
    const { messages } = decide(change(before, after), now);
    expect(messages.filter(({ message }) => message.kind === 'GROUP')).toEqual(looks);
  });

  it('is told beside the look that the record itself gets', () => {
    const after = { ...child, version: 5, generation: 2, status: 'STOPPED' };
    expect(decide(change(child, after), now).messages).toEqual([look(2, `${id}:2`), watchersLook(5)]);
  });
});

describe('a kind that the ticker visits', () => {
  const group = (before: object, after: object) => ({ ...change(before, after), pk: 'T#t1#SCALING_GROUP' });

  it.each([
    ['has a message of its own where it is put off for a minute at most', 60_000, 1],
    ['has none where it is put off for longer: the ticker finds it', 61_000, 0],
  ])('%s', (_, milliseconds, messages) => {
    const next_attempt_at = new Date(now + milliseconds).toISOString();
    expect(decide(group(base, { ...base, next_attempt_at }), now).messages).toHaveLength(messages);
  });
});

describe('what the outbox sends', () => {
  it.each([
    ['a new record', undefined, base, [look(1, `${id}:1`)], ['a1']],
    [
      'a new intent',
      base,
      { ...base, generation: 2, event: requested('update', 'a2') },
      [look(2, `${id}:2`)],
      ['a2'],
    ],
    [
      'a new intent that goes on beside the one before',
      base,
      { ...base, generation: 2, event: { ...requested('grow', 'a2'), besides: true } },
      [look(2, `${id}:2`)],
      ['a2'],
    ],
    [
      'a new record that shall be looked at later',
      undefined,
      { ...base, next_attempt_at: at5 },
      [look(1, `${id}:1:${at5}`, 5)],
      ['a1'],
    ],
    [
      'a new intent that keeps the time of the next try',
      { ...base, next_attempt_at: at5 },
      { ...base, generation: 2, next_attempt_at: at5 },
      [look(2, `${id}:2:${at5}`, 5)],
      [],
    ],
    ['a try put off', base, { ...base, next_attempt_at: at5 }, [look(1, `${id}:1:${at5}`, 5)], []],
    [
      'a try put off for long',
      base,
      { ...base, next_attempt_at: tomorrow },
      [look(1, `${id}:1:${tomorrow}`, 900)],
      [],
    ],
    [
      'a try put off into the past',
      base,
      { ...base, next_attempt_at: '2025-01-01T00:00:00Z' },
      [look(1, `${id}:1:2025-01-01T00:00:00Z`)],
      [],
    ],
    ['a put-off try that is done', { ...base, next_attempt_at: at5 }, base, [], []],
    [
      'observed state alone',
      base,
      { ...base, status: 'RUNNING', version: 2, zone: 'z', failures: 1 },
      [],
      [],
    ],
    ['the reached generation alone', base, { ...base, observed_generation: 1 }, [], []],
    ['a sweep that moved the due time', { ...base, wsk: 'a' }, { ...base, wsk: 'b' }, [], []],
    [
      'an action that came about',
      base,
      { ...base, event: { ...launch, id: 'a1:succeeded', phase: 'succeeded' } },
      [],
      ['a1:succeeded'],
    ],
    [
      'an action that replaces another',
      base,
      { ...base, generation: 2, event: requested('stop', 'a2') },
      [look(2, `${id}:2`)],
      ['a1:failed', 'a2'],
    ],
    [
      'a tombstone that goes',
      { ...base, deleted_at: at, event: requested('terminate', 'a3') },
      undefined,
      [],
      ['a3:succeeded'],
    ],
    ['a record that goes otherwise', base, undefined, [], []],
  ])('%s', (_, before, after, messages, events) => {
    const decision = decide(change(before, after), now);
    expect(decision.messages).toEqual(messages);
    expect(decision.events.map((event) => event.id)).toEqual(events);
    expect(decide(change(before, after), now)).toEqual(decision);
  });

  it('says of an event whose and what it is about', () => {
    expect(decide(change(undefined, base), now).events).toEqual([
      { ...launch, kind: 'TOY', tenant: 't1', resource_id: id, resource_name: 'web', status: 'STARTING' },
    ]);
  });

  it.each([
    ['a counter', 'T#t1#COUNTER', 'TOY'],
    ['a name guard', 'T#t1#TOY#NAME', 'web'],
    ['a role', 'ROLE', 'admin'],
  ])('nothing for %s', (_, pk, sk) => {
    const item = { generation: 1, event: launch };
    expect(decide({ pk, sk, before: undefined, after: item, at }, now)).toEqual({ messages: [], events: [] });
  });

  it('nothing for a record without a lifecycle', () => {
    expect(decide(change(undefined, { name: 'n', version: 1 }), now)).toEqual({ messages: [], events: [] });
  });
});

describe('a resource that is found by its name', () => {
  const event = {
    id: 'e1',
    action_id: 'e1',
    action: 'upload',
    phase: 'succeeded' as const,
    at,
    user: 'u1',
    request_id: 'r1',
  };
  const stored = { pk: 'T#t1#OBJECT#IN#photos#2026', sk: 'cat.png', at };

  it('has its id as an attribute, and its name as its sort key', () => {
    const { messages, events } = decide({ ...stored, before: undefined, after: { id: 'o1', event } }, now);
    expect(messages).toEqual([]);
    expect(events).toEqual([
      {
        ...event,
        kind: 'OBJECT',
        tenant: 't1',
        resource_id: 'o1',
        resource_name: 'cat.png',
        status: '',
      },
    ]);
  });

  it('says nothing more when it goes after its delete was told', () => {
    const before = { id: 'o1', deleted_at: at, event: { ...event, action: 'delete' } };
    expect(decide({ ...stored, before, after: undefined }, now)).toEqual({ messages: [], events: [] });
  });
});
