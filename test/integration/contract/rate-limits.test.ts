import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient } from '../../support/api-client.ts';
import { type RunningEngine, runEngine } from '../../support/engine.ts';
import { expectError } from '../../support/wire.ts';

const password = 'Correct-horse-battery-9';

describe('contract 1.5, with the limits that a deployment has', () => {
  let engine: RunningEngine;
  let anonymous: ApiClient;
  let key: string;

  beforeAll(async () => {
    engine = await runEngine({
      authRateLimit: { perMinute: 5, burst: 5 },
      rateLimit: { requestsPerSecond: 1, burst: 20 },
    });
    anonymous = new ApiClient(engine.url);
  });
  afterAll(() => engine?.stop());

  it('lets five requests through all four auth routes in a minute, says how many are left, then when to come back', async () => {
    const email = 'limited@example.com';
    const sent = [
      await anonymous.post('/auth/register', { email, password, name: 'Limited' }),
      await anonymous.post<{ api_key: string }>('/auth/login', { email, password }),
      await anonymous.post('/auth/forgot-password', { email: 'nobody@example.com' }),
      await anonymous.post('/auth/reset-password', { token: 'x', new_password: password }),
      await anonymous.post('/auth/token', { email, password }),
    ];
    expect(sent.map(({ status }) => status)).toEqual([201, 200, 200, 400, 200]);
    expect(sent.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual([
      '4',
      '3',
      '2',
      '1',
      '0',
    ]);
    expect(new Set(sent.map(({ headers }) => headers.get('x-ratelimit-limit')))).toEqual(new Set(['5']));
    key = (sent[1] as (typeof sent)[0] & { data: { api_key: string } }).data.api_key;
    for (const path of [
      '/auth/register',
      '/auth/login',
      '/auth/forgot-password',
      '/auth/reset-password',
      '/auth/token',
    ]) {
      const refused = await anonymous.post(path, {});
      expectError(refused);
      expect([refused.status, refused.body.error.type]).toEqual([429, 'RATE_LIMITED']);
      const retryAfter = Number(refused.headers.get('retry-after'));
      expect(retryAfter).toBeGreaterThanOrEqual(1);
      expect(retryAfter).toBeLessThanOrEqual(12);
    }
  });

  it('still answers health and metrics, and OPTIONS of a limited route', async () => {
    expect((await anonymous.get('/health')).status).toBe(200);
    expect((await anonymous.get('/metrics')).status).toBe(200);
    expect((await anonymous.request('OPTIONS', '/auth/login')).status).toBe(204);
  });

  it('has a bucket for each key: its burst, then 429 with Retry-After', async () => {
    const api = anonymous.as(key);
    const answers = await Promise.all(Array.from({ length: 40 }, () => api.get('/instances')));
    const refused = answers.filter(({ status }) => status === 429);
    const served = answers.filter(({ status }) => status === 200);
    expect(served.length + refused.length).toBe(40);
    expect(served.length).toBeGreaterThanOrEqual(20);
    // The general limit is approximate, and its bucket fills by one a second.
    expect(served.length).toBeLessThanOrEqual(26);
    for (const answer of refused) {
      expectError(answer);
      expect(answer.body.error.type).toBe('RATE_LIMITED');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    }
    for (const { headers } of answers) {
      expect(headers.get('x-ratelimit-limit')).toBe('20');
      expect(Number(headers.get('x-ratelimit-remaining'))).toBeGreaterThanOrEqual(0);
      expect(Number(headers.get('x-ratelimit-reset'))).toBeGreaterThanOrEqual(0);
    }
  });
});
