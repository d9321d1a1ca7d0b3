import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApproximateLimiter } from '../../../../lib/platform/limits/approximate-limiter.ts';
import { createExactLimiter } from '../../../../lib/platform/limits/exact-limiter.ts';
import { perMinute, perSecond } from '../../../../lib/platform/limits/gcra.ts';
import { createSharedBucket, type SharedBucket } from '../../../../lib/platform/limits/shared-bucket.ts';
import { costOf, startTables, type TestTables } from '../../../support/tables.ts';

let store: TestTables;
beforeAll(async () => {
  store = await startTables();
});
afterAll(() => store.stop());

const signal = new AbortController().signal;
const clockAt = (time: number) => {
  const clock = { time, now: () => clock.time };
  return clock;
};
const start = Date.UTC(2026, 10, 21, 10);
let names = 0;

describe('the exact limiter', () => {
  const shape = perMinute(5, 5);
  /** Several processes with one limit between them. */
  const processes = (count: number, clock = clockAt(start)) => {
    const name = `exact-${++names}`;
    return Array.from({ length: count }, () =>
      createExactLimiter({ shape, shared: createSharedBucket({ tables: store.tables, clock, name, shape }) }),
    );
  };

  it('lets exactly the burst pass of 40 requests at once in 8 processes', async () => {
    const limiters = processes(8);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => limiters[i % 8]?.take('203.0.113.7', signal)),
    );
    expect(answers.filter((answer) => answer?.allowed)).toHaveLength(5);
    for (const refused of answers.filter((answer) => !answer?.allowed))
      expect(refused?.retryAfter).toBe(12_000);
  });

  it('lets one more pass each interval, whichever process is asked', async () => {
    const clock = clockAt(start);
    const [one, two] = processes(2, clock);
    for (let i = 0; i < 5; i++) expect((await one?.take('a', signal))?.allowed).toBe(true);
    expect((await two?.take('a', signal))?.allowed).toBe(false);
    clock.time += 12_000;
    expect((await two?.take('a', signal))?.allowed).toBe(true);
    expect((await one?.take('a', signal))?.allowed).toBe(false);
    clock.time += 600_000;
    const answers = await Promise.all(Array.from({ length: 9 }, () => one?.take('a', signal)));
    expect(answers.filter((answer) => answer?.allowed)).toHaveLength(5);
  });

  it('keeps addresses apart', async () => {
    const [limiter] = processes(1);
    for (let i = 0; i < 6; i++) await limiter?.take('a', signal);
    expect((await limiter?.take('b', signal))?.allowed).toBe(true);
  });

  it('costs one write for a request, and a refusal no unit more than a failed one', async () => {
    const [limiter] = processes(1);
    for (let i = 0; i < 5; i++) {
      expect(await costOf(store, async () => limiter?.take('a', signal))).toMatchObject({
        requests: 1,
        writeUnits: 1,
      });
    }
    expect(await costOf(store, async () => limiter?.take('a', signal))).toMatchObject({ requests: 1 });
  });
});

describe('the approximate limiter', () => {
  const shape = perSecond(100, 200);
  const limiterWith = (shared: SharedBucket, clock = clockAt(start), reported: unknown[] = []) =>
    createApproximateLimiter({ shape, shared, clock, report: (error) => reported.push(error) });
  const sharedBucket = (clock = clockAt(start), name = `approximate-${++names}`) =>
    createSharedBucket({ tables: store.tables, clock, name, shape });

  it('costs normal traffic nothing: a tenth of the rate, for a minute', async () => {
    const clock = clockAt(start);
    const limiter = limiterWith(sharedBucket(clock), clock);
    const cost = await costOf(store, async () => {
      for (let i = 0; i < 600; i++) {
        expect((await limiter.take('key', signal)).allowed).toBe(true);
        clock.time += 100;
      }
    });
    expect(cost.requests).toBe(0);
  });

  it('settles once for each tenth of the burst', async () => {
    const clock = clockAt(start);
    const limiter = limiterWith(sharedBucket(clock), clock);
    const cost = await costOf(store, async () => {
      for (let i = 0; i < 200; i++) expect((await limiter.take('key', signal)).allowed).toBe(true);
    });
    expect(cost.requests).toBe(10);
    expect(await limiter.take('key', signal)).toMatchObject({ allowed: false, remaining: 0, retryAfter: 10 });
  });

  it('lets several processes pass at most a tenth each beyond the limit', async () => {
    const clock = clockAt(start);
    const name = `approximate-${++names}`;
    const limiters = Array.from({ length: 4 }, () => limiterWith(sharedBucket(clock, name), clock));
    let allowed = 0;
    for (let i = 0; i < 800; i++) if ((await limiters[i % 4]?.take('key', signal))?.allowed) allowed++;
    expect(allowed).toBeGreaterThanOrEqual(200);
    expect(allowed).toBeLessThanOrEqual(200 + 4 * 20);
  });

  it('lets requests pass where the table can not be reached, and says so', async () => {
    const reported: unknown[] = [];
    const broken: SharedBucket = { take: () => Promise.reject(new Error('no table')) };
    const limiter = limiterWith(broken, clockAt(start), reported);
    for (let i = 0; i < 200; i++) expect((await limiter.take('key', signal)).allowed).toBe(true);
    expect((await limiter.take('key', signal)).allowed).toBe(false);
    expect(reported).toHaveLength(10);
  });
});
