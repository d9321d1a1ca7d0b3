import { describe, expect, it } from 'vitest';
import { createApproximateLimiter } from '../../../../lib/platform/limits/approximate-limiter.ts';
import { perSecond } from '../../../../lib/platform/limits/gcra.ts';
import type { Limiter } from '../../../../lib/platform/limits/limiter.ts';
import { served } from '../http/harness.ts';
import { widgetRoutes, widgets } from '../http/widgets.ts';

const clock = { now: () => 0 };
const limiterOf = (requestsPerSecond: number, burst: number): Limiter =>
  createApproximateLimiter({
    shape: perSecond(requestsPerSecond, burst),
    clock,
    report: () => {},
    shared: { take: async () => ({ allowed: true, remaining: 0, retryAfter: 0, resetAfter: 0, fullAt: 0 }) },
  });
const reader = { 'X-API-Key': 'reader' };

describe('the general limit', () => {
  it('is told on every answer, and on a refusal when to come back', async () => {
    const app = served(widgetRoutes, widgets, { keyLimiter: limiterOf(1, 2) });
    const answers = [];
    for (let i = 0; i < 3; i++) answers.push(await app.call({ path: '/widgets/absent', headers: reader }));
    expect(
      answers.map(({ statusCode, headers }) => [
        statusCode,
        headers['X-RateLimit-Limit'],
        headers['X-RateLimit-Remaining'],
        headers['X-RateLimit-Reset'],
        headers['Retry-After'],
      ]),
    ).toEqual([
      [404, '2', '1', '1', undefined],
      [404, '2', '0', '2', undefined],
      [429, '2', '0', '2', '1'],
    ]);
    expect(answers[2]?.json.error).toMatchObject({ type: 'RATE_LIMITED', message: 'rate limit exceeded' });
  });

  it("is each key's own, and each address's own on public routes", async () => {
    const app = served(widgetRoutes, widgets, { keyLimiter: limiterOf(1, 1) });
    const statuses = [];
    for (const key of ['reader', 'reader', 'admin']) {
      statuses.push((await app.call({ path: '/widgets/1', headers: { 'X-API-Key': key } })).statusCode);
    }
    for (let i = 0; i < 2; i++) statuses.push((await app.call({ path: '/bare' })).statusCode);
    expect(statuses).toEqual([200, 429, 200, 200, 429]);
  });

  it('leaves out what is declared without one, and OPTIONS', async () => {
    const app = served(widgetRoutes, widgets, { keyLimiter: limiterOf(1, 1) });
    for (let i = 0; i < 3; i++) {
      expect((await app.call({ path: '/raw' })).statusCode).toBe(203);
      expect((await app.call({ path: '/widgets', method: 'OPTIONS' })).statusCode).toBe(204);
    }
  });
});

describe('the limit of the auth routes', () => {
  it('comes before everything else, by address, IPv6 by its network', async () => {
    const [open] = widgetRoutes.filter(({ path }) => path === '/bare');
    const routes = [{ ...open, path: '/auth/login', rateLimit: 'auth' } as (typeof widgetRoutes)[0]];
    const app = served(routes, widgets, { authLimiter: limiterOf(1, 1), originSecret: 's' });
    const from = async (address: string) =>
      (
        await app.call({
          path: '/auth/login',
          headers: { 'x-origin-verify': 's', 'cloudfront-viewer-address': `${address}:1` },
        })
      ).statusCode;
    expect([await from('203.0.113.7'), await from('203.0.113.7'), await from('203.0.113.8')]).toEqual([
      200, 429, 200,
    ]);
    expect([await from('2001:db8::1'), await from('2001:db8::2'), await from('2001:db8:1::1')]).toEqual([
      200, 429, 200,
    ]);
  });
});
