import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { CreateQueue, UpdateQueue } from '../../../../lib/services/queues/schema.ts';
import { startFauxqs } from '../../../conformance/messaging/fauxqs-cloud.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { newCaller } from '../instances/harness.ts';
import { openQueues } from './harness.ts';

let database: TestTables;
let cloud: Awaited<ReturnType<typeof startFauxqs>>;
let platform: ReturnType<typeof openQueues>;
let caller: Caller;
let id: string;

beforeAll(async () => {
  [database, cloud] = await Promise.all([startTables(), startFauxqs()]);
  platform = openQueues(database.tables, cloud);
  caller = newCaller();
  const create = (name: string) => platform.queues.create(caller, CreateQueue.parse({ name }));
  await create('first');
  ({ id } = await create('second'));
  await platform.messages.send(caller, id, { body: 'x' });
  await platform.settle(caller.principal.tenant, id);
});
afterAll(() => Promise.all([database?.stop(), cloud?.stop()]));

const receive = (wait_seconds: number) =>
  platform.receiving.receive(caller, id, { max_messages: 1, wait_seconds });

/** docs/cost.md says these. */
const rows: [string, () => Promise<unknown>, { reads: number; writes: number }][] = [
  [
    'POST /queues',
    () => platform.queues.create(caller, CreateQueue.parse({ name: 'third' })),
    { reads: 0, writes: 9 },
  ],
  [
    'PATCH /queues/:id',
    () => platform.queues.update(caller, id, UpdateQueue.parse({ delay_seconds: 1 })),
    { reads: 1, writes: 2 },
  ],
  [
    'POST /queues/:id/messages',
    () => platform.messages.send(caller, id, { body: 'x' }),
    { reads: 1, writes: 0 },
  ],
  ['GET /queues/:id/messages', () => receive(0), { reads: 1, writes: 0 }],
  ['GET /queues/:id/messages?wait_seconds=1', () => receive(1), { reads: 2, writes: 2 }],
  [
    'DELETE /queues/:id/messages/:handle',
    () => platform.messages.deleteBatch(caller, id, ['x']),
    { reads: 1, writes: 0 },
  ],
  [
    'PATCH /queues/:id/messages/:handle',
    async () => {
      await platform.messages.send(caller, id, { body: 'x' });
      const [message] = await receive(5);
      database.consumed.length = 0;
      await platform.messages.hide(caller, id, message?.receipt_handle ?? '', 0);
    },
    { reads: 1, writes: 0 },
  ],
  ['DELETE /queues/:id', () => platform.queues.delete(caller, id), { reads: 1, writes: 9 }],
];

/** What follows an answer is the worker's: the next request finds the queue at rest. */
const settle = () => platform.settle(caller.principal.tenant, id);

describe('what a request takes of the tables', () => {
  it.each(rows)('%s', async (_, act, { reads, writes }) => {
    await settle();
    database.consumed.length = 0;
    await act();
    const sum = (of: 'readUnits' | 'writeUnits') =>
      database.consumed.reduce((total, one) => total + one[of], 0);
    expect({ reads: sum('readUnits'), writes: sum('writeUnits') }).toEqual({ reads, writes });
  });
});
