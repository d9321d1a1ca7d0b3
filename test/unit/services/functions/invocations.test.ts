import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../lib/platform/clock.ts';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { newId } from '../../../../lib/platform/ids.ts';
import { BackendError } from '../../../../lib/platform/lifecycle/types.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import { inspectArchive } from '../../../../lib/services/functions/archive.ts';
import type { Invoker, Ran } from '../../../../lib/services/functions/backend.ts';
import type { HeldBatches } from '../../../../lib/services/functions/held-batch.ts';
import { InvocationTask, maxReceives, maxTries } from '../../../../lib/services/functions/invocation-task.ts';
import { createInvocationWorker } from '../../../../lib/services/functions/invocation-worker.ts';
import { createInvocations, type Invocations } from '../../../../lib/services/functions/invocations.ts';
import { CreateFunction } from '../../../../lib/services/functions/schema.ts';
import {
  createAcceptInvocation,
  Functions,
  functionKind,
} from '../../../../lib/services/functions/service.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { zip } from '../../../support/zip.ts';
import { newCaller } from '../instances/harness.ts';

/** The process dies here. */
class Death extends Error {}

const time = { signal: new AbortController().signal, deadline: Date.now() + 600_000 };

describe('invocations', () => {
  let database: TestTables;
  let code: string;
  let invocations: Invocations;
  /** Messages that the queue holds. */
  let queue: { task: InvocationTask; delaySeconds: number }[];
  let run: () => Promise<Ran>;
  let runs: number;
  let puts: number;
  let isHeld: boolean;
  /** What was done with the messages of batches. */
  let onHeld: string[];
  const store = () =>
    createStore(functionKind, { tables: database.tables, clock: systemClock, limits: { functions: 2 } });

  beforeAll(async () => {
    database = await startTables();
    code = (await zip({ 'index.js': '' })).toString('base64');
  });
  afterAll(() => database?.stop());
  beforeEach(() => {
    queue = [];
    runs = 0;
    puts = 0;
    isHeld = true;
    onHeld = [];
    run = async () => ({ statusCode: 0, logs: 'done' });
    invocations = createInvocations({ tables: database.tables, clock: systemClock });
  });

  const invoker: Invoker = {
    invoke: async () => {
      runs++;
      return run();
    },
  };
  const held: HeldBatches = {
    hold: async (_, { messages }, seconds) => {
      onHeld.push(`hold ${messages.length} for ${seconds} s`);
      return isHeld;
    },
    settle: async (_, { messages }, { ok, result }) => {
      onHeld.push(`settle ${messages.length} ${ok ? 'done' : 'failed'}${result ? ` ${result}` : ''}`);
    },
  };
  const send = async (task: InvocationTask, delaySeconds: number) => {
    queue.push({ task: InvocationTask.parse(JSON.parse(JSON.stringify(task))), delaySeconds });
  };
  const open = (over: Partial<Invocations> = {}) => {
    const shared = { ...invocations, ...over };
    const functions = new Functions({
      store: store(),
      invocations: shared,
      codes: async () => ({
        putIncoming: async () => {
          puts++;
        },
      }),
      invoker: async () => invoker,
      send: async () => send,
      inspect: inspectArchive,
      clock: systemClock,
      newId,
      sleep: async () => undefined,
      report: () => undefined,
    });
    const work = createInvocationWorker({
      functions: store(),
      invocations: shared,
      invoker,
      send,
      held,
      clock: systemClock,
      log: { warn: () => undefined },
      random: () => 0,
    });
    return { functions, work };
  };
  const input = () => CreateFunction.parse({ name: newId(), runtime: 'nodejs20', handler: 'index.js', code });

  /** A function that Lambda has. */
  const ready = async (caller: Caller, change: object = {}): Promise<string> => {
    const { functions } = open();
    const { id } = await functions.create(caller, { ...input(), ...change });
    const record = await store().get(caller.principal.tenant, id);
    await store().settle(record, { set: { observed_generation: record.generation } });
    return id;
  };
  const accepting = (over: Partial<Invocations> = {}) =>
    createAcceptInvocation({
      store: store(),
      invocations: { ...invocations, ...over },
      send: async () => send,
      clock: systemClock,
      newId,
      report: () => undefined,
    });
  const nextTask = (): InvocationTask => {
    const next = queue.shift();
    if (!next) throw new Error('the queue is empty');
    return next.task;
  };

  it('that are accepted show as PENDING, and end as their code did', async () => {
    const caller = newCaller();
    const id = await ready(caller);
    const { functions, work } = open();
    const pending = await functions.invokeAsync(caller, id, Buffer.from('x'));
    expect(pending.status).toBe('PENDING');
    expect(await functions.logs(caller, id)).toEqual([pending]);
    run = async () => ({ statusCode: 3, logs: 'oh' });
    expect(await work(nextTask(), time)).toBe('FAILED');
    expect(await functions.logs(caller, id)).toMatchObject([
      { id: pending.id, status: 'FAILED', status_code: 3, logs: 'oh' },
    ]);
  });

  it('are accepted also where the list can not be told of it', async () => {
    const caller = newCaller();
    const id = await ready(caller);
    const { functions, work } = open({ accept: () => Promise.reject(new Death()) });
    const pending = await functions.invokeAsync(caller, id, Buffer.from('x'));
    expect(await work(nextTask(), time)).toBe('SUCCESS');
    expect(await functions.invocation(caller, id, pending.id)).toMatchObject({ status: 'SUCCESS' });
  });

  it('that are accepted again under the id of one that is known are that one, and sent once', async () => {
    const caller = newCaller();
    const id = await ready(caller);
    const again = () => accepting()(caller, id, Buffer.from('x'), { invocationId });
    const invocationId = newId();
    const first = await again();
    expect(first).toMatchObject({ id: invocationId, status: 'PENDING' });
    expect(await again()).toEqual(first);
    expect(queue).toHaveLength(1);
    expect(await open().work(nextTask(), time)).toBe('SUCCESS');
    expect(await again()).toMatchObject({ id: invocationId, status: 'SUCCESS' });
    expect([queue, runs]).toEqual([[], 1]);
  });

  it('whose sender dies before they show are sent again, and run once', async () => {
    const caller = newCaller();
    const id = await ready(caller);
    const invocationId = newId();
    const accept = (over: Partial<Invocations> = {}) =>
      accepting(over)(caller, id, Buffer.from('x'), { invocationId });
    await accept({ accept: () => Promise.reject(new Death()) });
    await accept();
    expect(queue).toHaveLength(2);
    expect(await open().work(nextTask(), time)).toBe('SUCCESS');
    expect(await open().work(nextTask(), time)).toBe('ended before');
    expect(runs).toBe(1);
  });

  it('keep a result of 8 KiB, and of a longer one that it ended well', async () => {
    const caller = newCaller();
    const id = await ready(caller);
    const { functions } = open();
    run = async () => ({ statusCode: 0, logs: '', result: 'x'.repeat(8_192) });
    expect((await functions.invoke(caller, id, Buffer.from('x'))).result).toHaveLength(8_192);
    run = async () => ({ statusCode: 0, logs: '', result: 'x'.repeat(8_193) });
    const long = await functions.invoke(caller, id, Buffer.from('x'));
    expect(long).toMatchObject({ status: 'SUCCESS' });
    expect(long).not.toHaveProperty('result');
  });

  it.each([
    ['before it has begun', { find: () => Promise.reject(new Death()) }, 1],
    ['when it has begun', { write: async () => Promise.reject(new Death()) }, 1],
  ])(
    'whose worker dies %s are run when the message comes again, and end once',
    async (_, death, expected) => {
      const caller = newCaller();
      const id = await ready(caller);
      const { functions } = open();
      const { id: invocation } = await functions.invokeAsync(caller, id, Buffer.from('x'));
      const task = nextTask();
      await expect(open(death as Partial<Invocations>).work(task, time)).rejects.toThrow(Death);
      expect(await open().work(task, time)).toBe('SUCCESS');
      expect(await open().work(task, time)).toBe('ended before');
      expect(runs).toBe(expected);
      expect(await functions.invocation(caller, id, invocation)).toMatchObject({ status: 'SUCCESS' });
    },
  );

  it('whose worker dies after the code ran are run again, and end once', async () => {
    const caller = newCaller();
    const id = await ready(caller);
    const { functions } = open();
    const { id: invocation } = await functions.invokeAsync(caller, id, Buffer.from('x'));
    const task = nextTask();
    const dying: Partial<Invocations> = {
      write: async (of, one, signal) => {
        if (one.status !== 'RUNNING') throw new Death();
        return invocations.write(of, one, signal);
      },
    };
    await expect(open(dying).work(task, { ...time, signal: AbortSignal.abort() })).rejects.toThrow();
    expect(await open().work(task, time)).toBe('SUCCESS');
    expect(await open().work(task, time)).toBe('ended before');
    expect(await functions.logs(caller, id)).toMatchObject([{ id: invocation, status: 'SUCCESS' }]);
  });

  it('that have ended whatever ran them at each receive end as FAILED at the last one, and are not run again', async () => {
    const caller = newCaller();
    const id = await ready(caller);
    const { functions, work } = open();
    const { id: invocation } = await functions.invokeAsync(caller, id, Buffer.from('x'));
    const task = nextTask();
    for (let receives = 1; receives < maxReceives; receives++) {
      const process = new AbortController();
      run = async () => {
        process.abort(new Death());
        throw process.signal.reason;
      };
      const dying = open().work(task, { ...time, signal: process.signal }, receives);
      await expect(dying).rejects.toThrow(Death);
    }
    const before = runs;
    expect(await functions.invocation(caller, id, invocation)).toMatchObject({ status: 'RUNNING' });
    expect(await work(task, time, maxReceives)).toBe('FAILED');
    expect(runs).toBe(before);
    const { status, logs } = await functions.invocation(caller, id, invocation);
    expect({ status, logs }).toEqual({ status: 'FAILED', logs: 'its runs came to no end' });
  });

  it('that never began are run at the last receive all the same', async () => {
    const caller = newCaller();
    const id = await ready(caller);
    const { functions, work } = open();
    await functions.invokeAsync(caller, id, Buffer.from('x'));
    expect(await work(nextTask(), time, maxReceives)).toBe('SUCCESS');
  });

  it('that fail through nobody’s code are tried again, ever later, and then have FAILED', async () => {
    const caller = newCaller();
    const id = await ready(caller);
    const { functions, work } = open();
    await functions.invokeAsync(caller, id, Buffer.from('x'));
    run = () => Promise.reject(new BackendError('throttled', 'waiting for Lambda'));
    const delays: number[] = [];
    for (let attempt = 1; attempt < maxTries; attempt++) {
      expect(await work(nextTask(), time)).toBe('tried again later');
      delays.push(queue[0]?.delaySeconds ?? 0);
    }
    expect(delays).toEqual([5, 10, 20, 40]);
    expect(await work(nextTask(), time)).toBe('FAILED');
    expect(queue).toEqual([]);
    expect(await functions.logs(caller, id)).toMatchObject([
      { status: 'FAILED', logs: 'waiting for Lambda' },
    ]);
  });

  it('of a function that is not there yet wait, and of one that is gone are forgotten', async () => {
    const caller = newCaller();
    const { functions, work } = open();
    const { id } = await functions.create(caller, input());
    await functions.invokeAsync(caller, id, Buffer.from('x'));
    const task = nextTask();
    expect(await work(task, time)).toBe('tried again later');
    expect(queue).toMatchObject([{ task: { attempt: 1 } }]);
    await functions.delete(caller, id);
    expect(await work(task, time)).toBe('no such function');
    expect(runs).toBe(0);
  });

  describe('for a batch of messages', () => {
    const batch = {
      source_id: 's',
      queue_id: 'q',
      reports: true,
      messages: [
        { id: 'a', handle: 'A' },
        { id: 'b', handle: 'B' },
      ],
    };
    const accept = async (caller: Caller, id: string): Promise<InvocationTask> => {
      await open().functions.invokeAsync(caller, id, Buffer.from('{}'));
      return { ...nextTask(), batch };
    };

    it('hold its messages while the code runs, and settle them by its result', async () => {
      const caller = newCaller();
      const task = await accept(caller, await ready(caller, { timeout: 60 }));
      run = async () => {
        onHeld.push('run');
        return { statusCode: 0, logs: '', result: '{}' };
      };
      expect(await open().work(task, time)).toBe('SUCCESS');
      expect(onHeld).toEqual(['hold 2 for 360 s', 'run', 'settle 2 done {}']);
    });

    it('give its messages back where the code fails', async () => {
      const caller = newCaller();
      const task = await accept(caller, await ready(caller));
      run = async () => ({ statusCode: 1, logs: '' });
      expect(await open().work(task, time)).toBe('FAILED');
      expect(onHeld.at(-1)).toBe('settle 2 failed');
    });

    it('settle them when the message comes again, where the worker died before it could', async () => {
      const caller = newCaller();
      const task = await accept(caller, await ready(caller));
      run = async () => ({ statusCode: 0, logs: '', result: 'null' });
      await open().work(task, time);
      onHeld = [];
      expect(await open().work(task, time)).toBe('ended before');
      expect([runs, onHeld]).toEqual([1, ['settle 2 done null']]);
    });

    it('do not begin where its messages have gone back to their queue', async () => {
      const caller = newCaller();
      const id = await ready(caller);
      const task = await accept(caller, id);
      isHeld = false;
      expect(await open().work(task, time)).toBe('no longer held');
      expect(runs).toBe(0);
      expect(await open().functions.logs(caller, id)).toMatchObject([
        { status: 'FAILED', logs: expect.stringContaining('they come in another batch') },
      ]);
    });

    it('give its messages back where the function is gone, or fails through nobody’s code at every try', async () => {
      const caller = newCaller();
      const id = await ready(caller);
      let task = await accept(caller, id);
      run = () => Promise.reject(new BackendError('throttled', 'waiting for Lambda'));
      for (let attempt = 1; attempt < maxTries; attempt++) {
        await open().work(task, time);
        task = nextTask();
      }
      expect(onHeld).not.toContain('settle 2 failed');
      expect(await open().work(task, time)).toBe('FAILED');
      expect(onHeld.at(-1)).toBe('settle 2 failed');
      const late = await accept(caller, id);
      await open().functions.delete(caller, id);
      onHeld = [];
      expect(await open().work(late, time)).toBe('no such function');
      expect(onHeld).toEqual(['settle 2 failed']);
    });
  });

  it('that wait for their answer are written down, also where the platform could not run them', async () => {
    const caller = newCaller();
    const id = await ready(caller);
    const { functions } = open();
    expect(await functions.invoke(caller, id, Buffer.from('x'))).toMatchObject({ status: 'SUCCESS' });
    run = () => Promise.reject(new BackendError('broken', 'Lambda failed'));
    await expect(functions.invoke(caller, id, Buffer.from('x'))).rejects.toMatchObject({ type: 'INTERNAL' });
    expect(await functions.logs(caller, id)).toMatchObject([
      { status: 'FAILED', logs: 'Lambda failed' },
      { status: 'SUCCESS' },
    ]);
    run = () => Promise.reject(new BackendError('throttled', 'busy'));
    await expect(functions.invoke(caller, id, Buffer.from('x'))).rejects.toMatchObject({
      type: 'UNAVAILABLE',
    });
  });

  it('that wait are refused for what may run too long, and for what no variable can hold', async () => {
    const caller = newCaller();
    const id = await ready(caller, { timeout: 31 });
    const { functions } = open();
    await expect(functions.invoke(caller, id, Buffer.from('x'))).rejects.toMatchObject({
      type: 'INVALID_INPUT',
    });
    await expect(functions.invokeAsync(caller, id, Buffer.from('a\0b'))).rejects.toMatchObject({
      issues: [{ path: 'body' }],
    });
    expect(queue).toEqual([]);
  });

  it('of Go need a program that is not named as the one that Lambda starts itself', async () => {
    const caller = newCaller();
    const bytes = await zip({ bootstrap: 'x', main: 'x' });
    const go = { ...input(), runtime: 'go122' as const, handler: 'main', code: bytes };
    await expect(open().functions.create(caller, go)).rejects.toMatchObject({ issues: [{ path: 'code' }] });
    await expect(
      open().functions.create(caller, { ...go, code: await zip({ main: 'x' }) }),
    ).resolves.toMatchObject({ status: 'ACTIVE' });
  });

  it('are nobody else’s', async () => {
    const caller = newCaller();
    const id = await ready(caller);
    const { functions } = open();
    const { id: invocation } = await functions.invokeAsync(caller, id, Buffer.from('x'));
    const stranger = newCaller();
    const attempts = await Promise.allSettled([
      functions.get(stranger, id),
      functions.invoke(stranger, id, Buffer.from('x')),
      functions.invokeAsync(stranger, id, Buffer.from('x')),
      functions.logs(stranger, id),
      functions.invocation(stranger, id, invocation),
      functions.delete(stranger, id),
      functions.putCode(stranger, id, { code: Buffer.from(code, 'base64') }),
    ]);
    for (const attempt of attempts)
      expect(attempt).toMatchObject({ status: 'rejected', reason: { type: 'NOT_FOUND' } });
    expect(runs).toBe(0);
    expect(puts).toBe(1);
  });

  it('keep ten versions of the code, and note which archives are to go', async () => {
    const caller = newCaller();
    const id = await ready(caller);
    const { functions } = open();
    for (let version = 2; version <= 12; version++)
      await functions.putCode(caller, id, { code: await zip({ 'index.js': `${version}` }) });
    const versions = await functions.versions(caller, id);
    expect(versions.map(({ version }) => version)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
    expect((await store().get(caller.principal.tenant, id)).unkept).toHaveLength(2);
    await expect(functions.rollback(caller, id, { version: 1 })).rejects.toMatchObject({
      issues: [{ path: 'version' }],
    });
    expect(await functions.rollback(caller, id, { version: 3 })).toMatchObject({ code_version: 3 });
    expect(await functions.putCode(caller, id, { code: await zip({ 'index.js': '13' }) })).toMatchObject({
      code_version: 13,
    });
  });
});
