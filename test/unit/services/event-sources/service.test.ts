import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permissionsOfUser } from '../../../../lib/platform/auth/permissions-of-user.ts';
import { identityKeys } from '../../../../lib/platform/auth/records.ts';
import { systemClock } from '../../../../lib/platform/clock.ts';
import { CloudError, notFound } from '../../../../lib/platform/errors/index.ts';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { newId } from '../../../../lib/platform/ids.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import { CreateEventSource } from '../../../../lib/services/event-sources/schema.ts';
import {
  EventSources,
  eventSourceKind,
  takeEventSourcesAlong,
} from '../../../../lib/services/event-sources/service.ts';
import type { CloudFunction } from '../../../../lib/services/functions/schema.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { everything, newCaller } from '../instances/harness.ts';

const signal = new AbortController().signal;

describe('event sources', () => {
  let database: TestTables;
  const store = () =>
    createStore(eventSourceKind, {
      tables: database.tables,
      clock: systemClock,
      limits: { event_sources: 3 },
    });
  /** What each tenant has. */
  const functions = new Map<string, string>();
  const queues = new Map<string, string>();

  beforeAll(async () => {
    database = await startTables();
  });
  afterAll(() => database?.stop());

  const open = () =>
    new EventSources({
      tables: database.tables,
      store: store(),
      functions: {
        get: async ({ principal }, id) => {
          if (functions.get(id) !== principal.tenant) throw notFound('function');
          return { id } as CloudFunction;
        },
      },
      queues: {
        get: async ({ principal }, id) => {
          if (queues.get(id) !== principal.tenant) throw notFound('queue');
          return { id };
        },
      },
      clock: systemClock,
      newId,
    });
  const owned = ({ principal }: Caller, among: Map<string, string>): string => {
    const id = newId();
    among.set(id, principal.tenant);
    return id;
  };
  const input = (queue_id: string, more: object = {}) => CreateEventSource.parse({ queue_id, ...more });

  it('are kept below their function, newest first, each queue once', async () => {
    const caller = newCaller();
    const sources = open();
    const [one, other] = [owned(caller, functions), owned(caller, functions)];
    const [first, second] = [owned(caller, queues), owned(caller, queues)];
    const made = await sources.create(caller, one, input(first));
    expect(made).toMatchObject({ function_id: one, queue_id: first, batch_size: 10, status: 'ACTIVE' });
    const next = await sources.create(caller, one, input(second, { enabled: false }));
    expect(next.status).toBe('PAUSED');
    const elsewhere = await sources.create(caller, other, input(first));
    const ids = async (id: string) =>
      (await sources.list(caller, id, everything)).items.map((item) => item.id);
    expect(await ids(one)).toEqual([next.id, made.id]);
    expect(await ids(other)).toEqual([elsewhere.id]);
    await expect(sources.create(caller, one, input(first))).rejects.toMatchObject({
      type: 'CONFLICT',
      message: 'the queue is an event source of the function already',
    });
    await expect(sources.create(caller, other, input(second))).rejects.toMatchObject({
      type: 'RESOURCE_LIMIT_EXCEEDED',
    });
    expect(await sources.update(caller, one, next.id, { enabled: true, batch_size: 1 })).toMatchObject({
      enabled: true,
      batch_size: 1,
    });
    for (const attempt of [
      () => sources.get(caller, other, made.id),
      () => sources.update(caller, other, made.id, { enabled: false }),
      () => sources.delete(caller, other, made.id),
    ])
      await expect(attempt()).rejects.toMatchObject({ type: 'NOT_FOUND' });
    await sources.delete(caller, one, made.id);
    expect(await ids(one)).toEqual([next.id]);
  });

  it('are nobody else’s, and of nobody else’s function or queue', async () => {
    const [caller, stranger] = [newCaller(), newCaller()];
    const sources = open();
    const [id, queue] = [owned(caller, functions), owned(caller, queues)];
    const { id: source } = await sources.create(caller, id, input(queue));
    const theirs = owned(stranger, functions);
    for (const attempt of [
      () => sources.create(stranger, id, input(owned(stranger, queues))),
      () => sources.create(stranger, theirs, input(queue)),
      () => sources.list(stranger, id, everything),
      () => sources.get(stranger, id, source),
      () => sources.get(stranger, theirs, source),
      () => sources.update(stranger, id, source, { enabled: false }),
      () => sources.delete(stranger, id, source),
    ])
      await expect(attempt()).rejects.toMatchObject({ type: 'NOT_FOUND' });
    expect(await sources.get(caller, id, source)).toMatchObject({ enabled: true });
  });

  it.each(['queue:read', 'queue:write', 'function:invoke'])('need the permission %s', async (missing) => {
    const caller = newCaller();
    const permissions = new Set(
      ['function:create', 'queue:read', 'queue:write', 'function:invoke'].filter((one) => one !== missing),
    );
    const lacking = { ...caller, principal: { ...caller.principal, permissions } };
    const attempt = open().create(lacking, owned(caller, functions), input(owned(caller, queues)));
    await expect(attempt).rejects.toBeInstanceOf(CloudError);
    await expect(attempt).rejects.toMatchObject({
      type: 'FORBIDDEN',
      message: expect.stringContaining(missing),
    });
  });

  it('go with their function, also when it is asked for twice', async () => {
    const caller = newCaller();
    const sources = open();
    const [id, kept] = [owned(caller, functions), owned(caller, functions)];
    for (const one of [id, id, kept]) await sources.create(caller, one, input(owned(caller, queues)));
    const takeAlong = takeEventSourcesAlong({ tables: database.tables, store: store() });
    const owner = { id, tenant: caller.principal.tenant, deleted_at: new Date().toISOString() };
    for (let time = 0; time < 2; time++) await takeAlong(owner as never, signal);
    expect((await sources.list(caller, id, everything)).items).toEqual([]);
    expect((await sources.list(caller, kept, everything)).items).toHaveLength(1);
  });
});

describe('what a user may', () => {
  it.each([
    ['is what the role allows', { role: 'developer', status: 'ACTIVE' }, true],
    ['is nothing of a role that is gone', { role: 'gone', status: 'ACTIVE' }, false],
    ['is nothing at all while suspended', { role: 'developer', status: 'SUSPENDED' }, undefined],
    ['is nothing at all of one that is not there', undefined, undefined],
  ])('%s', async (_, user, expected) => {
    const read = permissionsOfUser({
      get: async ({ pk, sk }) => {
        const key = identityKeys.user('u');
        return pk === key.pk && sk === key.sk && user ? { pk, sk, ...user } : undefined;
      },
    });
    expect((await read('u', signal))?.has('queue:write')).toBe(expected);
  });
});
