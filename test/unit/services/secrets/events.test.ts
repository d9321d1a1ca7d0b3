import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decide } from '../../../../lib/platform/lifecycle/decide.ts';
import { parseStreamRecord } from '../../../../lib/platform/lifecycle/stream-record.ts';
import { TableStream } from '../../../support/table-stream.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { newCaller } from '../instances/harness.ts';
import { type Kms, openSecrets, startKms } from './harness.ts';
import { openRotation } from './rotation-harness.ts';

let database: TestTables;
let kms: Kms;
let stream: TableStream;

beforeAll(async () => {
  [database, kms] = await Promise.all([startTables(), startKms()]);
  stream = await TableStream.open(database.url, database.client, database.names.record);
});
afterAll(async () => {
  stream?.close();
  await Promise.all([database?.stop(), kms?.stop()]);
});

/** What the outbox makes of everything that was written since the last call, and the records themselves as text. */
const told = async () => {
  const records = await stream.read();
  const decisions = records.map((record) => decide(parseStreamRecord(record), Date.now()));
  return {
    text: JSON.stringify([records, decisions]),
    events: decisions.flatMap(({ events }) => events),
    messages: decisions.flatMap(({ messages }) => messages),
  };
};

describe('what the stream tells of a secret', () => {
  it('is every change and every read, once each, with who did it, and never a value', async () => {
    const { secrets, create, look, clock } = openSecrets(database.tables, { keys: kms.keys });
    const caller = newCaller();
    const { id } = await create(caller, { value: 'canary-one' });
    await Promise.all(Array.from({ length: 5 }, () => secrets.get(caller, id)));
    await secrets.addVersion(caller, id, 'canary-two');
    await secrets.rotate(caller, id, 32);
    const { encrypted_value } = await secrets.get(caller, id);
    await secrets.update(caller, id, { description: 'changed' });
    await secrets.delete(caller, id, {});
    await secrets.restore(caller, id);
    await secrets.delete(caller, id, { recovery_days: 30 });
    const { events, messages, text } = await told();
    expect(events.map(({ action }) => action)).toEqual([
      'create',
      ...Array(5).fill('access'),
      'update',
      'rotate',
      'access',
      'update',
      'delete',
      'restore',
      'delete',
    ]);
    expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
    for (const event of events)
      expect(event).toMatchObject({
        phase: 'succeeded',
        kind: 'SECRET',
        tenant: caller.principal.tenant,
        user: caller.principal.user,
        resource_id: id,
        resource_name: 'password',
      });
    // The end of the window is far: the ticker finds it, no message waits for it.
    expect(messages.map(({ message }) => message.event_id)).toEqual([`${id}:1`]);
    expect(text).not.toContain('canary');
    expect(text).not.toContain(encrypted_value);

    clock.ahead = 31 * 86_400_000;
    expect(await look(caller, id)).toBe('forgotten');
    const end = await told();
    expect(end.events.map(({ action, phase, user }) => [action, phase, user])).toEqual([
      ['purge', 'requested', undefined],
      ['purge', 'succeeded', undefined],
    ]);
  });

  it('is each rotation: the read, the new value and the first of like failures, and never a value', async () => {
    const rotation = openRotation(database.tables, kms);
    const { secrets, create, look, clock } = rotation;
    const caller = await rotation.newOwner();
    const rotation_function_id = await rotation.newFunction(caller);
    const { id } = await create(caller, { value: 'canary-one', rotation_function_id });
    // A month away: the ticker finds it, no message waits for it.
    expect((await told()).messages.filter(({ message }) => message.kind === 'SECRET')).toEqual([]);
    await secrets.startRotation(caller, id);
    const started = await told();
    expect(started.messages).toEqual([
      { message: expect.objectContaining({ kind: 'SECRET', id }), delaySeconds: 0 },
    ]);
    await look(caller, id);
    rotation.rotator.run = async ({ current_value }) => ({ statusCode: 1, logs: current_value });
    await secrets.startRotation(caller, id);
    await look(caller, id);
    clock.ahead += 3_600_000;
    await look(caller, id);
    const { events, messages, text } = await told();
    expect(events.map(({ action, phase, user }) => [action, phase, user])).toEqual([
      ['access', 'succeeded', 'rotation'],
      ['rotate', 'succeeded', 'rotation'],
      ['start_rotation', 'succeeded', caller.principal.user],
      ['access', 'succeeded', 'rotation'],
      ['rotate', 'failed', 'rotation'],
      ['access', 'succeeded', 'rotation'],
    ]);
    expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
    expect(messages.every(({ message }) => message.kind === 'SECRET' && message.id === id)).toBe(true);
    expect(text).not.toContain('canary');
  });

  it('is a look for the worker at once where it is purged by force', async () => {
    const { secrets, create } = openSecrets(database.tables, { keys: kms.keys });
    const caller = newCaller();
    const { id } = await create(caller);
    await told();
    await secrets.delete(caller, id, { force: 'true' });
    const { messages } = await told();
    expect(messages).toEqual([
      { message: expect.objectContaining({ kind: 'SECRET', id, generation: 2 }), delaySeconds: 0 },
    ]);
  });
});
