import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPollers, pollersPerTenant } from '../../../../lib/services/queues/pollers.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';

const { signal } = new AbortController();
let database: TestTables;
const clock = { ahead: 0, now: () => Date.now() + clock.ahead };

beforeAll(async () => {
  database = await startTables();
});
afterAll(() => database?.stop());

/** Work that waits until it is let go. */
const held = () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { work: () => promise, release: resolve };
};

describe('the places of a tenant that waits', () => {
  const pollers = () => createPollers({ tables: database.tables, clock });

  it('are twenty, whoever asks first; the next is told to come again, and other tenants have their own', async () => {
    const [tenant, other] = [randomUUID(), randomUUID()];
    const { work, release } = held();
    const asked = Array.from({ length: pollersPerTenant + 5 }, () =>
      pollers().within(tenant, 20, signal, work),
    );
    const settled = Promise.allSettled(asked);
    const refused = await Promise.any(
      asked.map((one) =>
        one.then(
          () => Promise.reject(new Error('not refused')),
          (error: unknown) => error,
        ),
      ),
    );
    expect(refused).toMatchObject({ type: 'RATE_LIMITED', retryAfterSeconds: 1 });
    expect(await pollers().within(other, 20, signal, async () => 'its own')).toBe('its own');
    release();
    const outcomes = await settled;
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(pollersPerTenant);
    expect(await pollers().within(tenant, 20, signal, async () => 'free again')).toBe('free again');
  });

  it('are free again when the work fails, and after a while when its process dies', async () => {
    const tenant = randomUUID();
    await expect(
      pollers().within(tenant, 20, signal, () => Promise.reject(new Error('work'))),
    ).rejects.toThrow('work');
    const { work, release } = held();
    // Nobody ever leaves these.
    const abandoned = Array.from({ length: pollersPerTenant }, () =>
      pollers().within(tenant, 1, signal, work),
    );
    await expect
      .poll(async () =>
        pollers()
          .within(tenant, 1, signal, async () => 'free')
          .catch(({ type }) => type),
      )
      .toBe('RATE_LIMITED');
    clock.ahead += 12_000;
    expect(await pollers().within(tenant, 1, signal, async () => 'free')).toBe('free');
    release();
    await Promise.all(abandoned);
  });

  it('cost one read and one write to take, and one write to leave', async () => {
    database.consumed.length = 0;
    await pollers().within(randomUUID(), 5, signal, async () => undefined);
    expect(database.consumed.map(({ operation }) => operation)).toEqual([
      'GetItem',
      'UpdateItem',
      'UpdateItem',
    ]);
  });
});
