import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudError } from '../../../../lib/platform/errors/index.ts';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { CreateVolume } from '../../../../lib/services/volumes/schema.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { launchInput, newCaller } from '../instances/harness.ts';
import { openStorage, type Storage } from './harness.ts';

let database: TestTables;
let storage: Storage;

beforeAll(async () => {
  database = await startTables();
  storage = openStorage(database.tables);
});
afterAll(() => database?.stop());

const create = (caller: Caller, name = 'data', size_gb = 5) =>
  storage.volumes.create(caller, CreateVolume.parse({ name, size_gb }));

const launch = (caller: Caller, name: string, volumes: readonly object[] = []) =>
  storage.instances.launch(caller, launchInput({ name, volumes }));

const outcomes = async (tries: readonly Promise<unknown>[]) => {
  const settled = await Promise.allSettled(tries);
  const failures = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as CloudError] : []));
  return { won: settled.length - failures.length, failures };
};

/** What the records say of where a volume is: its own, and those of all instances. */
const placesOf = async (caller: Caller, volumeId: string) => {
  const volume = await storage.stores.VOLUME.find(caller.principal.tenant, volumeId);
  const { items } = await storage.stores.INSTANCE.list(caller.principal.tenant);
  const holders = items.filter(({ volumes = [] }) => volumes.some(({ volume_id }) => volume_id === volumeId));
  return { volume, holders: holders.map(({ id }) => id) };
};

describe('one volume, wanted by many at once', () => {
  it('goes to one of two instances, whatever 20 attachments at once', async () => {
    const caller = newCaller();
    const { id } = await create(caller);
    await launch(caller, 'one');
    await launch(caller, 'two');
    const attach = (host: string) =>
      storage.volumes.attach(caller, id, { instance_id: host, delete_on_termination: false });
    const { won, failures } = await outcomes(
      Array.from({ length: 20 }, (_, index) => attach(index % 2 ? 'one' : 'two')),
    );
    expect(won).toBe(1);
    expect(new Set(failures.map(({ type }) => type))).toEqual(new Set(['INVALID_INPUT']));
    const { volume, holders } = await placesOf(caller, id);
    expect(holders).toEqual([volume?.instance_id]);
  });

  it('goes to one, when a launch and an attachment meet', async () => {
    for (let round = 0; round < 5; round++) {
      const caller = newCaller();
      const { id } = await create(caller);
      await launch(caller, 'one');
      const { won } = await outcomes([
        launch(caller, 'two', [{ volume_id: 'data', mount_path: '/data' }]),
        storage.volumes.attach(caller, id, { instance_id: 'one', delete_on_termination: false }),
      ]);
      expect(won).toBe(1);
      const { volume, holders } = await placesOf(caller, id);
      expect(holders).toEqual([volume?.instance_id]);
    }
  });

  it('is attached or deleted, not both', async () => {
    for (let round = 0; round < 5; round++) {
      const caller = newCaller();
      const { id } = await create(caller);
      await launch(caller, 'one');
      const { won } = await outcomes([
        storage.volumes.delete(caller, id, false),
        storage.volumes.attach(caller, id, { instance_id: 'one', delete_on_termination: false }),
      ]);
      expect(won).toBe(1);
      const { volume, holders } = await placesOf(caller, id);
      expect(holders).toEqual(volume ? [volume.instance_id] : []);
    }
  });

  it('is free, when its instance is deleted while it is attached', async () => {
    for (let round = 0; round < 5; round++) {
      const caller = newCaller();
      const { id } = await create(caller);
      await launch(caller, 'one');
      await outcomes([
        storage.instances.delete(caller, 'one'),
        storage.volumes.attach(caller, id, { instance_id: 'one', delete_on_termination: false }),
      ]);
      const { volume, holders } = await placesOf(caller, id);
      expect([volume?.status, volume?.instance_id, holders]).toEqual(['AVAILABLE', undefined, []]);
    }
  });
});

describe('one instance that many volumes go to at once', () => {
  it('gives each a device of its own', async () => {
    const caller = newCaller();
    await launch(caller, 'one');
    const names = Array.from({ length: 8 }, (_, index) => `data-${index}`);
    for (const name of names) await create(caller, name, 1);
    const { won } = await outcomes(
      names.map((name) =>
        storage.volumes.attach(caller, name, { instance_id: 'one', delete_on_termination: false }),
      ),
    );
    expect(won).toBe(8);
    const { volumes = [] } = await storage.instances.get(caller, 'one');
    expect(new Set(volumes.map(({ device }) => device)).size).toBe(8);
  });
});

describe('the quota of GiB', () => {
  it('is exact, however many volumes grow at once', async () => {
    const caller = newCaller();
    const names = Array.from({ length: 10 }, (_, index) => `data-${index}`);
    for (const name of names) await create(caller, name, 1);
    const { won, failures } = await outcomes(
      names.map((name) => storage.volumes.update(caller, name, { size_gb: 21 })),
    );
    expect(won).toBe(4);
    expect(new Set(failures.map(({ type }) => type))).toEqual(new Set(['RESOURCE_LIMIT_EXCEEDED']));
    expect(await storage.used(caller)).toMatchObject({ volumes: 10, volume_gib: 90 });
    const sizes = (await storage.stores.VOLUME.list(caller.principal.tenant)).items.map(
      ({ size_gb }) => size_gb,
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(90);
  });
});
