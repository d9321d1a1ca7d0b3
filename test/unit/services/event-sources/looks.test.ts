import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../../lib/platform/ids.ts';
import { createReconciler } from '../../../../lib/platform/lifecycle/reconciler.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import { createEventSourceController } from '../../../../lib/services/event-sources/controller.ts';
import { CreateEventSource } from '../../../../lib/services/event-sources/schema.ts';
import { EventSources, eventSourceKind } from '../../../../lib/services/event-sources/service.ts';
import type { FunctionRecord } from '../../../../lib/services/functions/service.ts';
import type { QueueRecord } from '../../../../lib/services/queues/service.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { newCaller } from '../instances/harness.ts';

const owner = { status: 'ACTIVE', generation: 1, observed_generation: 1 } as FunctionRecord;
const silent = { info: () => undefined, warn: () => undefined };

describe('looks at a queue', () => {
  let database: TestTables;
  let ahead: number;
  let poll: (signal: AbortSignal) => Promise<number>;
  const clock = { now: () => Date.now() + ahead };

  beforeAll(async () => {
    database = await startTables();
  });
  afterAll(() => database?.stop());
  beforeEach(() => {
    ahead = 0;
    poll = async () => 0;
  });

  const open = () => createStore(eventSourceKind, { tables: database.tables, clock });
  /** A worker of its own, as each Lambda is. */
  const newWorker = () => {
    const store = open();
    const reconciler = createReconciler({
      kinds: [
        {
          store,
          controller: createEventSourceController({
            store,
            functions: { find: async () => owner },
            queues: { find: async () => ({ id: 'q' }) as QueueRecord },
            forbids: async () => undefined,
            poll: (_, signal) => poll(signal),
            clock,
            log: silent,
          }),
        },
      ],
      tables: database.tables,
      clock,
      log: silent,
    });
    return async (tenant: string, id: string, signal = AbortSignal.timeout(20_000)): Promise<string> => {
      const record = await open().find(tenant, id, { tombstones: true });
      const message = {
        kind: eventSourceKind.kind,
        tenant,
        id,
        generation: record?.generation ?? 0,
        event_id: randomUUID(),
      };
      const [result] = await reconciler.handle([message], { signal, deadline: clock.now() + 15_000 });
      return result && 'ending' in result ? result.ending : 'died';
    };
  };
  const newSource = async () => {
    const caller = newCaller();
    const sources = new EventSources({
      tables: database.tables,
      store: createStore(eventSourceKind, { tables: database.tables, clock, limits: { event_sources: 5 } }),
      functions: { get: async (_, id) => ({ id }) as never },
      queues: { get: async (_, id) => ({ id }) },
      clock,
      newId,
    });
    const [owned, queue] = [newId(), newId()];
    const { id } = await sources.create(caller, owned, CreateEventSource.parse({ queue_id: queue }));
    const { tenant } = caller.principal;
    expect(await newWorker()(tenant, id)).toBe('converged');
    ahead += 2_000;
    return { caller, sources, owned, id, tenant, record: () => open().find(tenant, id) };
  };

  it('follow one another, each at its time, and end with the source', async () => {
    const { caller, sources, owned, id, tenant, record } = await newSource();
    poll = async () => 2;
    expect(await newWorker()(tenant, id)).toBe('waiting');
    const after = await record();
    expect(after).toMatchObject({ observed_generation: 1, last_batch_at: expect.any(String) });
    expect(Date.parse(after?.next_attempt_at ?? '')).toBeGreaterThan(clock.now());
    await sources.delete(caller, owned, id);
    expect(await newWorker()(tenant, id)).toBe('forgotten');
  });

  it('that die are made again by another worker, once the lease of the dead one is over', async () => {
    const { id, tenant } = await newSource();
    const dies = new AbortController();
    poll = async () => {
      dies.abort();
      throw new Error('died');
    };
    expect(await newWorker()(tenant, id, dies.signal)).toBe('died');
    let looks = 0;
    poll = async () => ++looks;
    ahead += 30_000;
    expect(await newWorker()(tenant, id)).toBe('waiting');
    expect(looks).toBe(1);
  });

  it('are one at a time, and a message too many makes no second round of them', async () => {
    const { id, tenant, record } = await newSource();
    let looks = 0;
    let second: Promise<string> | undefined;
    poll = async () => {
      looks++;
      second ??= newWorker()(tenant, id);
      await second;
      return 1;
    };
    expect(await newWorker()(tenant, id)).toMatch(/waiting|converged/);
    expect(await second).toBe('handed over');
    expect(looks).toBe(1);
    const planned = (await record())?.next_attempt_at;
    expect(await newWorker()(tenant, id)).toMatch(/converged|too early/);
    expect((await record())?.next_attempt_at).toBe(planned);
  });
});
