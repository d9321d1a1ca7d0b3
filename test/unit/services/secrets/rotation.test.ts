import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { BackendError } from '../../../../lib/platform/lifecycle/types.ts';
import type { FunctionRecord } from '../../../../lib/services/functions/service.ts';
import { backOff } from '../../../../lib/services/secrets/rotating.ts';
import type { Secret } from '../../../../lib/services/secrets/schema.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { everything, newCaller } from '../instances/harness.ts';
import { type Kms, startKms } from './harness.ts';
import { day, gave, openRotation, type Rotation, rotationRights } from './rotation-harness.ts';

const byName = { ...everything, sortBy: 'name', sortDir: 'asc' } as const;

let database: TestTables;
let kms: Kms;
let open: Rotation;

beforeAll(async () => {
  [database, kms] = await Promise.all([startTables(), startKms()]);
});
beforeEach(() => {
  open = openRotation(database.tables, kms);
});
afterAll(() => Promise.all([database?.stop(), kms?.stop()]));

/** Days from now, to the minute. */
const daysUntil = (time: string | undefined): number =>
  Math.round(((Date.parse(time ?? '') - open.clock.now()) / day) * 1_440) / 1_440;

describe('the rotation of a secret', () => {
  it('is asked for at its creation, and shown with the secret', async () => {
    const caller = await open.newOwner();
    const rotation_function_id = await open.newFunction(caller);
    const { id } = await open.create(caller, { rotation_function_id });
    const [listed] = (await open.secrets.list(caller, byName, false)).items;
    expect(listed).toMatchObject({ id, rotation_function_id, rotation_days: 30 });
    expect(daysUntil(listed?.next_rotation_at)).toBe(30);
    expect(listed?.last_rotated_at).toBeUndefined();
  });

  it('counts from when its days change; the same wish again, or another function, puts nothing off', async () => {
    const caller = await open.newOwner();
    const [one, other] = await Promise.all([1, 2].map(() => open.newFunction(caller)));
    const { id } = await open.create(caller);
    const change = (wish: Record<string, unknown>): Promise<Secret> => open.secrets.update(caller, id, wish);
    await change({ rotation_function_id: one, rotation_days: 7 });
    open.clock.ahead = 3 * day;
    expect(daysUntil((await change({ rotation_function_id: one, rotation_days: 7 })).next_rotation_at)).toBe(
      4,
    );
    expect(daysUntil((await change({ rotation_function_id: other })).next_rotation_at)).toBe(4);
    expect(daysUntil((await change({ rotation_days: 10 })).next_rotation_at)).toBe(10);
    expect(await change({ description: 'changed' })).toMatchObject({
      rotation_function_id: other,
      rotation_days: 10,
      description: 'changed',
    });
  });

  it('ends with null, and nothing falls due any more', async () => {
    const caller = await open.newOwner([]);
    const { id } = await open.create(caller, { rotation_function_id: await open.newFunction(caller) });
    const weak = withRights(caller, ['secret:create']);
    const ended = await open.secrets.update(weak, id, { rotation_function_id: null });
    for (const field of ['rotation_function_id', 'rotation_days', 'next_rotation_at'] as const)
      expect(ended[field]).toBeUndefined();
    open.clock.ahead = 100 * day;
    expect(await open.look(caller, id)).toBe('converged');
    expect((await open.recordOf(caller, id)).next_attempt_at).toBeUndefined();
    expect(open.handed).toEqual([]);
  });

  const withRights = (caller: Caller, permissions: string[]): Caller => ({
    ...caller,
    principal: { ...caller.principal, permissions: new Set(permissions) },
  });

  it.each(rotationRights)('is refused to who lacks the permission %s', async (missing) => {
    const caller = await open.newOwner();
    const rotation_function_id = await open.newFunction(caller);
    const { id } = await open.create(caller);
    const weak = withRights(
      caller,
      rotationRights.filter((one) => one !== missing),
    );
    const forbidden = { type: 'FORBIDDEN', message: `a rotation needs the permission ${missing}` };
    await expect(open.secrets.update(weak, id, { rotation_function_id })).rejects.toMatchObject(forbidden);
    await expect(open.create(weak, { name: 'other', rotation_function_id })).rejects.toMatchObject(forbidden);
    await open.secrets.update(caller, id, { rotation_function_id });
    await expect(open.secrets.startRotation(weak, id)).rejects.toMatchObject(forbidden);
    await expect(open.secrets.update(weak, id, { rotation_days: 1 })).rejects.toMatchObject(forbidden);
    expect((await open.secrets.list(caller, byName, false)).items).toHaveLength(1);
  });

  const process = {
    version: 1,
    sha256: 'x',
    size: 1,
    handler: 'index.js',
    model: 'process',
    at: '',
  } as const;
  it.each<[string, string, (caller: Caller) => Promise<string>]>([
    ['that is not there', 'there is no such function', async () => newCaller().principal.tenant],
    ['of another tenant', 'there is no such function', async () => open.newFunction(await open.newOwner())],
    ['that is a process', 'must be a plain handler', (caller) => open.newFunction(caller, { code: process })],
    [
      'that may take too long',
      'a timeout of at most 30 s',
      (caller) => open.newFunction(caller, { timeout: 31 }),
    ],
  ])('is refused with a function %s, and nothing changes', async (_, message, functionOf) => {
    const caller = await open.newOwner();
    const { id } = await open.create(caller);
    const wish = { rotation_function_id: await functionOf(caller) };
    const refused = {
      type: 'INVALID_INPUT',
      issues: [{ path: 'rotation_function_id', message: expect.stringContaining(message) }],
    };
    await expect(open.secrets.update(caller, id, wish)).rejects.toMatchObject(refused);
    await expect(open.create(caller, { name: 'other', ...wish })).rejects.toMatchObject(refused);
    const { items } = await open.secrets.list(caller, byName, false);
    expect(items.map((one) => [one.id, one.rotation_function_id])).toEqual([[id, undefined]]);
  });

  it('needs a function: neither days nor a start are of use without', async () => {
    const caller = await open.newOwner();
    const { id } = await open.create(caller);
    await expect(open.secrets.update(caller, id, { rotation_days: 7 })).rejects.toMatchObject({
      type: 'INVALID_INPUT',
      issues: [{ path: 'rotation_days' }],
    });
    await expect(open.secrets.startRotation(caller, id)).rejects.toMatchObject({ type: 'CONFLICT' });
  });

  it('is its function’s alone: no value is made up beside it', async () => {
    const caller = await open.newOwner();
    const { id } = await open.create(caller, { rotation_function_id: await open.newFunction(caller) });
    await expect(open.secrets.rotate(caller, id, 32)).rejects.toMatchObject({ type: 'CONFLICT' });
    expect((await open.secrets.addVersion(caller, id, 'by hand')).version).toBe(2);
  });

  it('goes on when a deleted secret is restored', async () => {
    const caller = await open.newOwner();
    const { id } = await open.create(caller, { rotation_function_id: await open.newFunction(caller) });
    await open.secrets.delete(caller, id, { recovery_days: 30 });
    open.clock.ahead = 29 * day;
    expect(await open.look(caller, id)).toBe('waiting');
    await open.secrets.restore(caller, id);
    open.clock.ahead = 30 * day;
    expect(await open.look(caller, id)).toBe('waiting');
    expect(await open.valueOf(caller, id)).toBe('after hunter2');
  });
});

describe('a rotation that is due', () => {
  const dueSecret = async (change: Partial<FunctionRecord> = {}) => {
    const caller = await open.newOwner();
    const rotator = await open.newFunction(caller, change);
    const { id } = await open.create(caller, { rotation_function_id: rotator, rotation_days: 7 });
    open.clock.ahead = 7 * day;
    return { caller, id, rotator };
  };

  it('hands the value to the function, and makes what it gives the newest version', async () => {
    const { caller, id } = await dueSecret();
    open.clock.ahead -= day;
    expect(await open.look(caller, id)).toBe('converged');
    expect(open.handed).toEqual([]);
    open.clock.ahead += day;
    expect(await open.look(caller, id)).toBe('waiting');
    expect(open.handed).toEqual([
      {
        step: 'rotate',
        rotation_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        secret_id: id,
        secret_name: 'password',
        version: 1,
        current_value: 'hunter2',
      },
    ]);
    expect(await open.valueOf(caller, id)).toBe('after hunter2');
    expect((await open.secrets.get(caller, id, 1)).encrypted_value).toBe('hunter2');
    const [newest] = await open.secrets.versions(caller, id);
    expect(newest).toMatchObject({ version: 2, created_by: 'rotation', current: true });
    const [listed] = (await open.secrets.list(caller, byName, false)).items;
    expect(listed).toMatchObject({ current_version: 2, last_rotated_at: newest?.created_at });
    expect(daysUntil(listed?.next_rotation_at)).toBe(7);
    open.clock.ahead += 6 * day;
    await open.look(caller, id);
    expect(open.handed).toHaveLength(1);
    open.clock.ahead += day;
    await open.look(caller, id);
    expect(await open.valueOf(caller, id)).toBe('after after hunter2');
    expect(new Set(open.handed.map(({ rotation_id }) => rotation_id)).size).toBe(2);
  });

  it('may be now, by hand', async () => {
    const { caller, id } = await dueSecret();
    open.clock.ahead = day;
    const started = await open.secrets.startRotation(caller, 'password');
    expect(Date.parse(started.next_rotation_at ?? '')).toBeLessThanOrEqual(open.clock.now());
    await open.look(caller, id);
    expect(await open.valueOf(caller, id)).toBe('after hunter2');
    expect(daysUntil((await open.recordOf(caller, id)).next_rotation_at)).toBe(7);
  });

  it('leaves no value in what is kept of the invocation, in the table or in a line of the log', async () => {
    const { caller, id, rotator } = await dueSecret();
    const { tenant } = caller.principal;
    open.rotator.run = async ({ current_value }) => ({
      ...gave('canary-new'),
      logs: `I was told ${current_value}`,
    });
    await open.secrets.addVersion(caller, id, 'canary-old');
    await open.look(caller, id);
    expect(await open.valueOf(caller, id)).toBe('canary-new');
    const kept = [];
    for (const partition of [`T#${tenant}#SECRET`, `T#${tenant}#SECRET#${id}#VERSIONS`])
      for await (const item of database.tables.query({ partition, consistent: true })) kept.push(item);
    const invocations = [];
    const partition = `T#${tenant}#FUNCTION#${rotator}#INVOCATIONS`;
    for await (const item of database.tables.query({ table: 'ephemeral', partition, consistent: true }))
      invocations.push(item);
    expect(invocations).toEqual([expect.objectContaining({ status: 'SUCCESS', logs: '(not kept)' })]);
    expect(invocations[0]).not.toHaveProperty('result');
    const text = JSON.stringify([kept, invocations, open.logged]);
    expect(text).toContain('RotateSecret');
    for (const form of ['canary', Buffer.from('canary-').toString('base64').slice(0, 8)])
      expect(text).not.toContain(form);
  });

  const long = { code: 'x' };
  it.each<[string, string, (owner: Caller, rotator: string) => unknown]>([
    [
      'throws',
      'its function failed',
      () => {
        open.rotator.run = async () => ({ statusCode: 1, logs: 'Error: canary' });
      },
    ],
    [
      'takes too long',
      'its function gave no answer in time',
      () => {
        open.rotator.run = async () => ({ statusCode: 124, logs: 'canary' });
      },
    ],
    ...[
      undefined,
      '',
      'canary',
      '"canary"',
      'null',
      '[]',
      '{}',
      '{"value":""}',
      '{"value":1}',
      '{"value":null}',
      JSON.stringify({ value: 'x'.repeat(65_537) }),
      JSON.stringify({ value: 'ü'.repeat(32_769) }),
      JSON.stringify(long),
    ].map((result): [string, string, () => unknown] => [
      `answers ${result?.slice(0, 20)}`,
      'its function gave no {"value": "…"} of 1 to 65,536 bytes',
      () => {
        open.rotator.run = async () => ({ statusCode: 0, logs: '', ...(result !== undefined && { result }) });
      },
    ]),
    [
      'can not be reached',
      'its function could not be run',
      () => {
        open.rotator.run = async () => {
          throw new BackendError('broken', 'canary');
        };
      },
    ],
    [
      'meets a Lambda that is busy',
      'its function is not ready, or Lambda is busy',
      () => {
        open.rotator.run = async () => {
          throw new BackendError('throttled', 'canary');
        };
      },
    ],
    [
      'meets a fault of ours',
      'an internal error',
      () => {
        open.rotator.run = async () => {
          throw new Error('canary');
        };
      },
    ],
    [
      'was deleted',
      'its function was deleted',
      (owner, rotator) => open.functions.remove(owner, rotator, () => ({}), {}),
    ],
    [
      'takes longer than it could',
      'its function must have a timeout of at most 30 s',
      (owner, rotator) =>
        open.functions.change(
          owner,
          rotator,
          () => ({ set: { timeout: 31 } }),
          () => ({}),
        ),
    ],
    [
      'is not ready',
      'its function is not ready, or Lambda is busy',
      (owner, rotator) =>
        open.functions.change(
          owner,
          rotator,
          () => ({ set: { timeout: 9 }, intent: true }),
          () => ({}),
        ),
    ],
    [
      'belongs to a suspended user',
      'the user who asked for the rotation is suspended',
      (owner) => open.setUser(owner, rotationRights, 'SUSPENDED'),
    ],
    ...rotationRights.map((missing): [string, string, (owner: Caller) => unknown] => [
      `belongs to a user without ${missing}`,
      `the user who asked for the rotation lacks the permission ${missing}`,
      (owner) =>
        open.setUser(
          owner,
          rotationRights.filter((one) => one !== missing),
        ),
    ]),
  ])('keeps its value and is tried again where its function %s', async (_, reason, arrange) => {
    const { caller, id, rotator } = await dueSecret();
    await arrange(caller, rotator);
    expect(await open.look(caller, id)).toBe('waiting');
    const failed = await open.recordOf(caller, id);
    expect(failed).toMatchObject({
      current_version: 1,
      status: 'ACTIVE',
      rotation_error: reason,
      rotation_failures: 1,
      failures: 0,
      event: { action: 'rotate', phase: 'failed', user: 'rotation', error: reason },
    });
    const left = Date.parse(failed.next_attempt_at ?? '') - open.clock.now();
    expect(left).toBeGreaterThan(20_000);
    expect(left).toBeLessThanOrEqual(60_000);
    expect(failed.next_rotation_at).toBe(failed.next_attempt_at);
    expect(await open.valueOf(caller, id)).toBe('hunter2');
    expect(JSON.stringify([open.logged, failed])).not.toContain('canary');

    // Once more, an hour later: no second event, and then it is well again.
    open.clock.ahead += 3_600_000;
    await open.look(caller, id);
    const again = await open.recordOf(caller, id);
    expect([again.rotation_failures, again.event?.phase]).not.toEqual([1, 'failed']);
    await open.setUser(caller, rotationRights);
    open.rotator.run = async () => gave('well');
    const rotation_function_id = await open.newFunction(caller);
    await open.secrets.update(caller, id, { rotation_function_id });
    await open.secrets.startRotation(caller, id);
    await open.look(caller, id);
    const well = await open.recordOf(caller, id);
    expect([well.rotation_error, well.rotation_failures, well.current_version]).toEqual([
      undefined,
      undefined,
      2,
    ]);
    expect(await open.valueOf(caller, id)).toBe('well');
  });

  it('is not begun with a value that no function could be handed', async () => {
    const { caller, id } = await dueSecret();
    await open.secrets.addVersion(caller, id, '\u0001'.repeat(40_000));
    const before = (await open.recordOf(caller, id)).last_accessed_at;
    await open.look(caller, id);
    const { rotation_error, last_accessed_at } = await open.recordOf(caller, id);
    expect(rotation_error).toBe('its value is too long to be handed to a function');
    expect([open.handed, last_accessed_at]).toEqual([[], before]);
  });

  it('tells of each read and of the new value who it was', async () => {
    const { caller, id } = await dueSecret();
    let read: unknown;
    open.rotator.run = async () => {
      read = (await open.recordOf(caller, id)).event;
      return gave('new');
    };
    await open.look(caller, id);
    const { event } = await open.recordOf(caller, id);
    const rotation_id = open.handed[0]?.rotation_id;
    expect(read).toMatchObject({
      action: 'access',
      phase: 'succeeded',
      user: 'rotation',
      request_id: rotation_id,
    });
    expect(event).toMatchObject({
      action: 'rotate',
      phase: 'succeeded',
      user: 'rotation',
      request_id: rotation_id,
    });
  });
});

describe('the time until a failed rotation is tried again', () => {
  it.each([
    [1, 0, 30_000],
    [1, 1, 60_000],
    [2, 1, 120_000],
    [6, 1, 1_920_000],
    [7, 1, 3_600_000],
    [1_000, 0, 1_800_000],
    [1_000, 1, 3_600_000],
  ])('is after %i in a row, with chance %i, %i ms', (failed, random, milliseconds) => {
    expect(backOff(failed, random)).toBe(milliseconds);
  });
});
