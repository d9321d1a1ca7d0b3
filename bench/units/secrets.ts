import { systemClock } from '../../lib/platform/clock.ts';
import { newId } from '../../lib/platform/ids.ts';
import { createStore } from '../../lib/platform/store/create-store.ts';
import { createActions } from '../../lib/services/actions/service.ts';
import { secretKind } from '../../lib/services/secrets/record.ts';
import { CreateSecret } from '../../lib/services/secrets/schema.ts';
import { type Envelope, Secrets } from '../../lib/services/secrets/service.ts';
import type { TestTables } from '../../test/support/tables.ts';
import { createCounter, firstPage, newCaller, type UnitFigures } from './figures.ts';

/** Texts as long as those that KMS and the cipher give for a password; what they are does not matter to the table. */
const envelope: Envelope = {
  seal: async () => ({ ciphertext: 'x'.repeat(120), data_key: 'x'.repeat(248) }),
  open: async () => 'password',
};

/** Secrets of a tenant that has 20. */
export const measureSecretsUnits = async (test: TestTables): Promise<UnitFigures[]> => {
  const { tables } = test;
  const checkRotator = async () => undefined;
  const actions = createActions({ tables });
  const parts = { tables, clock: systemClock, newId, actions, envelope, checkRotator };
  const store = createStore(secretKind, { tables, clock: systemClock, limits: { secrets: 100 } });
  const secrets = new Secrets({ ...parts, store });
  const { figures, count } = createCounter(test);
  const caller = newCaller();
  const create = (name: string) => secrets.create(caller, CreateSecret.parse({ name, value: 'password' }));

  // A tenant's first of a kind makes its counter: so the last of 20 is counted.
  for (let index = 0; index < 19; index++) await create(`secret-${index}`);
  const { id } = await count('POST /secrets', () => create('password'));
  await count('GET /secrets/:id', () => secrets.get(caller, id));
  await count('GET /secrets/:id by name', () => secrets.get(caller, 'password'));
  await count('GET /secrets (20)', () =>
    secrets.list(caller, { ...firstPage, paged: false, sortBy: 'name', sortDir: 'asc' }, false),
  );
  await count('POST /secrets/:id/versions', () => secrets.addVersion(caller, id, 'another'));
  for (let version = 3; version <= 20; version++) await secrets.addVersion(caller, id, 'another');
  await count('POST /secrets/:id/versions, the 21st', () => secrets.addVersion(caller, id, 'another'));
  await count('GET /secrets/:id/versions (20)', () => secrets.versions(caller, id));
  await count('PATCH /secrets/:id', () => secrets.update(caller, id, { description: 'of the shop' }));
  await count('DELETE /secrets/:id', () => secrets.delete(caller, id, {}));
  await count('POST /secrets/:id/restore', () => secrets.restore(caller, id));
  return figures;
};
