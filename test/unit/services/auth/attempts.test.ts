import { afterAll, beforeAll, expect, it } from 'vitest';
import { identityServices } from '../../../../lib/app/identity-services.ts';
import { newId } from '../../../../lib/platform/ids.ts';
import { createZones } from '../../../../lib/services/zones/service.ts';
import {
  fakeQuotas,
  type Identity,
  issuer,
  password,
  publicCaller,
  secret,
  startIdentity,
} from './harness.ts';

let identity: Awaited<ReturnType<typeof startIdentity>>;
beforeAll(async () => {
  identity = await startIdentity();
});
afterAll(() => identity.stop());

/** Another process over the same tables, whose attempts are noted. */
const counting = ({ tables, clock }: Pick<Identity, 'tables' | 'clock'>) => {
  const results: string[] = [];
  const parts = {
    tables,
    clock,
    newId,
    secret,
    quotas: fakeQuotas(),
    zones: createZones({ zones: ['us-east-1a', 'us-east-1b'], homeZone: 'us-east-1a' }),
    issuer,
    admission: 'open' as const,
  };
  const attempts = async (...series: readonly string[]) => void results.push(...series);
  return { results, ...identityServices({ ...parts, forget: () => {}, attempts }) };
};

it('logins and token requests are counted by how they ended', async () => {
  const { email, key } = await identity.user();
  const { auth, results } = counting(identity);
  await auth.login(publicCaller(), { email, password });
  await expect(auth.login(publicCaller(), { email, password: 'wrong password' })).rejects.toThrow();
  await expect(auth.login(publicCaller(), { email: 'nobody@example.com', password })).rejects.toThrow();
  const { refresh_token } = await auth.issueTokens(publicCaller(), { api_key: key });
  await auth.issueTokens(publicCaller(), { refresh_token });
  await expect(auth.issueTokens(publicCaller(), { refresh_token })).rejects.toThrow();
  await expect(auth.issueTokens(publicCaller(), { api_key: 'thecloud_unknown' })).rejects.toThrow();
  expect(results).toEqual(['success', 'failure', 'failure', 'success', 'success', 'failure', 'failure']);
});

it('an attempt that could not be decided is none', async () => {
  const { email } = await identity.user();
  const { auth, results } = counting(identity);
  const over = { ...publicCaller(), signal: AbortSignal.abort() };
  await expect(auth.login(over, { email, password })).rejects.toThrow();
  expect(results).toEqual([]);
});
