import type { TestTables } from '../../test/support/tables.ts';
import { openNotify } from '../../test/unit/services/deliveries/harness.ts';
import { createCounter, firstPage, newCaller, type UnitFigures } from './figures.ts';

/** Webhooks of the topic. */
const subscribers = 100;

/** What topics and deliveries take of DynamoDB; the queues are counted by their messages. */
export const measureTopicUnits = async (test: TestTables): Promise<UnitFigures[]> => {
  const notify = openNotify(test.tables);
  const { figures, count } = createCounter(test);
  const caller = newCaller();
  await notify.topics.create(caller, { name: 'first' });
  const topic = await count('POST /notify/topics', () => notify.topics.create(caller, { name: 'orders' }));
  const subscribe = (index: number) =>
    notify.subscribe(caller, topic.id, { endpoint: `https://${index}.example/hook` });
  await subscribe(0);
  const one = await count('POST /notify/topics/:id/subscriptions', () => subscribe(1));
  for (let index = 2; index < subscribers; index++) await subscribe(index);
  await count('GET /notify/topics/:id/subscriptions?page=1 (20 of 100)', () =>
    notify.subscriptions.list(caller, topic.id, firstPage),
  );
  await count('POST /notify/topics/:id/publish', () =>
    notify.topics.publish(caller, topic.id, { message: '{"order":7}' }),
  );
  await count(`a fan-out to ${subscribers} webhooks`, () => notify.fanOutQueue.run(notify.fanOut()));
  await count(`${subscribers} deliveries that succeed at once`, () =>
    notify.deliverQueue.run(notify.deliverer()),
  );
  await count('GET /notify/subscriptions/:id/deliveries', () =>
    notify.deliveries.list(caller, one.id, firstPage),
  );
  return figures;
};
