import { describe, expect, it } from 'vitest';
import { CloudError, invalid, notFound } from '../../../../lib/platform/errors/index.ts';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { queueTarget } from '../../../../lib/services/deliveries/target.queue.ts';
import type { SubscriptionRecord } from '../../../../lib/services/subscriptions/service.ts';

const subscription = {
  tenant: 'tenant',
  user_id: 'subscriber',
  endpoint: 'queue',
  topic_id: 'topic',
} as SubscriptionRecord;
const signal = AbortSignal.timeout(5_000);
const over = { subscription, delivery: 'delivery', body: 'text' };

describe('a queue', () => {
  it('is sent the text as the subscriber, within its tenant', async () => {
    const sent: unknown[] = [];
    const target = queueTarget({
      send: async ({ principal }: Caller, ...rest) =>
        sent.push([principal.tenant, principal.user, [...principal.permissions], ...rest]),
    });
    expect(await target.hand(over, signal)).toEqual({ ok: true });
    expect(sent).toEqual([
      [
        'tenant',
        'subscriber',
        ['queue:write'],
        'queue',
        { body: 'text', topic: 'topic', delivery: 'delivery' },
      ],
    ]);
  });

  it.each<[string, Error, unknown]>([
    ['gone', notFound('queue'), { ok: false, error: 'the queue is gone', final: 'subscription' }],
    ['too small for the text', invalid('body', 'too long'), { final: 'message', error: 'body: too long' }],
    ['out of reach', new CloudError('UNAVAILABLE', 'later'), { ok: false, error: 'later' }],
  ])('that is %s has failed as that says', async (_, error, outcome) => {
    const target = queueTarget({ send: () => Promise.reject(error) });
    const result = await target.hand(over, signal);
    expect(result).toMatchObject(outcome as object);
    if (error instanceof CloudError && error.type === 'UNAVAILABLE')
      expect(result).not.toHaveProperty('final');
  });

  it('whose sender is broken is no matter of the subscription', async () => {
    const bug = new TypeError('bug');
    await expect(queueTarget({ send: () => Promise.reject(bug) }).hand(over, signal)).rejects.toBe(bug);
  });
});
