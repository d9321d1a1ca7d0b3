import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CloudError } from '../../../../lib/platform/errors/index.ts';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { Death } from '../volumes/harness.ts';
import { envelopeOf, type Kms, startKms } from './harness.ts';
import { day, gave, openRotation, type Rotation } from './rotation-harness.ts';

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

/** Leases of the dead end by themselves. */
const leaseMilliseconds = 41_000;

const dueSecret = async (): Promise<{ caller: Caller; id: string }> => {
  const caller = await open.newOwner();
  const rotation_function_id = await open.newFunction(caller);
  const { id } = await open.create(caller, { rotation_function_id, rotation_days: 7 });
  open.clock.ahead += 7 * day;
  return { caller, id };
};

describe.each(['before', 'after'] as const)('a rotation whose worker dies %s any of its writes', (when) => {
  it('comes to one new version, of a value that the function has given for the old one', async () => {
    let writes = 1;
    for (let at = 1; at <= writes; at++) {
      open.handed.length = 0;
      const { caller, id } = await dueSecret();
      const death = new Death(at, when);
      const dying = open.startWorker(death.over(database.tables), envelopeOf(kms.keys), death.signal);
      await expect(dying(caller, id)).rejects.toThrow();
      writes = Math.max(writes, death.writes, 2);
      open.clock.ahead += leaseMilliseconds;
      await open.look(caller, id);
      await open.look(caller, id);
      const { current_version, rotation_error } = await open.recordOf(caller, id);
      expect([at, current_version, rotation_error]).toEqual([at, 2, undefined]);
      expect(await open.valueOf(caller, id)).toBe('after hunter2');
      expect(new Set(open.handed.map(({ rotation_id }) => rotation_id)).size).toBe(1);
      expect(open.handed.length).toBe(at === 2 && when === 'before' ? 2 : 1);
    }
    expect(writes).toBe(2);
  });

  it('is put off once where it has failed', async () => {
    open.rotator.run = async () => ({ statusCode: 1, logs: '' });
    const { caller, id } = await dueSecret();
    const death = new Death(2, when);
    const dying = open.startWorker(death.over(database.tables), envelopeOf(kms.keys), death.signal);
    await expect(dying(caller, id)).rejects.toThrow();
    open.clock.ahead += when === 'after' ? 0 : leaseMilliseconds;
    await open.look(caller, id);
    expect(await open.recordOf(caller, id)).toMatchObject({ rotation_failures: 1, current_version: 1 });
  });
});

describe('a function that dies with its worker', () => {
  it('is called again with the same value, under the same id', async () => {
    const { caller, id } = await dueSecret();
    const end = new AbortController();
    open.rotator.run = async () => {
      end.abort();
      throw new Error('the worker died');
    };
    const dying = open.startWorker(database.tables, envelopeOf(kms.keys), end.signal);
    await expect(dying(caller, id)).rejects.toThrow();
    open.rotator.run = async () => gave('new');
    open.clock.ahead += leaseMilliseconds;
    await open.look(caller, id);
    expect(await open.valueOf(caller, id)).toBe('new');
    const [first, second] = open.handed;
    expect(first).toEqual(second);
  });
});

describe('what happens to a secret while its function runs', () => {
  const meanwhile = (act: (caller: Caller, id: string) => Promise<unknown>) => async () => {
    const { caller, id } = await dueSecret();
    open.rotator.run = async ({ current_value }) => {
      if (open.handed.length === 1) await act(caller, id);
      return gave(`after ${current_value}`);
    };
    await open.look(caller, id);
    return { caller, id };
  };

  it('a new value stays, and is what the function is called with next', async () => {
    const { caller, id } = await meanwhile((...of) => open.secrets.addVersion(...of, 'by hand'))();
    expect((await open.secrets.get(caller, id, 2)).encrypted_value).toBe('by hand');
    expect(open.handed.map(({ version, current_value }) => [version, current_value])).toEqual([
      [1, 'hunter2'],
      [2, 'by hand'],
    ]);
    expect(await open.valueOf(caller, id)).toBe('after by hand');
  });

  it('a new description, a read and other days take nothing from the rotation', async () => {
    const { caller, id } = await meanwhile(async (...of) => {
      await open.secrets.update(...of, { description: 'changed' });
      await open.secrets.get(...of);
      await open.secrets.update(...of, { rotation_days: 3 });
    })();
    expect(open.handed).toHaveLength(1);
    const record = await open.recordOf(caller, id);
    expect(record).toMatchObject({ description: 'changed', current_version: 2 });
    expect(Date.parse(record.next_rotation_at ?? '') - open.clock.now()).toBeLessThanOrEqual(3 * day);
  });

  it('the end of the rotation is its end: what the function gives is dropped', async () => {
    const { caller, id } = await meanwhile((...of) =>
      open.secrets.update(...of, { rotation_function_id: null }),
    )();
    expect(await open.valueOf(caller, id)).toBe('hunter2');
    expect((await open.recordOf(caller, id)).next_attempt_at).toBeUndefined();
  });

  it('its delete keeps it as it was, to be restored', async () => {
    const { caller, id } = await meanwhile((...of) => open.secrets.delete(...of, {}))();
    expect(await open.recordOf(caller, id)).toMatchObject({
      current_version: 1,
      deleted_at: expect.any(String),
    });
    await open.secrets.restore(caller, id);
    expect(await open.valueOf(caller, id)).toBe('hunter2');
  });
});

describe('a key of secrets that does not answer', () => {
  const unavailable = () => new CloudError('UNAVAILABLE', 'secrets are not available at the moment');

  it('for a moment costs no second call of the function', async () => {
    const { caller, id } = await dueSecret();
    const { seal, open: unseal } = envelopeOf(kms.keys);
    let failing = 2;
    const look = open.startWorker(database.tables, {
      open: unseal,
      seal: async (...parameters) => {
        if (failing-- > 0) throw unavailable();
        return seal(...parameters);
      },
    });
    await look(caller, id);
    expect(await open.valueOf(caller, id)).toBe('after hunter2');
    expect(open.handed).toHaveLength(1);
  });

  it.each([
    ['opening', 'its value could not be read now', 0],
    ['sealing', 'its new value could not be sealed now', 1],
  ] as const)('at %s leaves the value alone', async (what, reason, calls) => {
    const { caller, id } = await dueSecret();
    const fine = envelopeOf(kms.keys);
    const fails = () => Promise.reject(unavailable());
    const look = open.startWorker(
      database.tables,
      what === 'opening' ? { ...fine, open: fails } : { ...fine, seal: fails },
    );
    expect(await look(caller, id)).toBe('waiting');
    expect(await open.recordOf(caller, id)).toMatchObject({ rotation_error: reason, current_version: 1 });
    expect(open.handed).toHaveLength(calls);
  });
});
