import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOperator } from '../../../../lib/app/operator.ts';
import { newId } from '../../../../lib/platform/ids.ts';
import { failureOf, password, publicCaller, startIdentity } from './harness.ts';

let identity: Awaited<ReturnType<typeof startIdentity>>;
let operator: ReturnType<typeof createOperator>;
beforeAll(async () => {
  identity = await startIdentity('closed');
  operator = createOperator({ ...identity, newId });
});
afterAll(() => identity.stop());

const signal = () => AbortSignal.timeout(20_000);
const login = (email: string, attempt = password) =>
  identity.auth.login(publicCaller(), { email, password: attempt });

describe('the operator', () => {
  it('makes the first administrator of a closed platform', async () => {
    const made = await operator.createAdministrator('First@Example.com', 'First', password, signal());
    expect(made).toMatchObject({ email: 'first@example.com', role: 'admin' });
    expect(await operator.find('FIRST@example.com', signal())).toMatchObject({ id: made.id });
    const { api_key } = await login('first@example.com');
    expect([...(await identity.principalOf(api_key)).permissions]).toEqual(['*']);
  });

  it('makes no administrator twice, and none with a weak password', async () => {
    const make = (email: string, attempt: string) =>
      failureOf(operator.createAdministrator(email, 'Again', attempt, signal()));
    expect(await make('first@example.com', password)).toBe('INVALID_INPUT');
    expect(await make('second@example.com', 'Test1234')).toBe('INVALID_INPUT');
  });

  it('promotes, sets a password, suspends and resumes', async () => {
    const made = await operator.createAdministrator('other@example.com', 'Other', password, signal());
    await operator.promote('other@example.com', signal());
    await operator.resetPassword('other@example.com', 'another good one', signal());
    expect(await failureOf(login('other@example.com'))).toBe('UNAUTHORIZED');
    expect(await failureOf(login('other@example.com', 'another good one'))).toBe('no failure');
    await operator.suspend('other@example.com', 'stop', signal());
    expect(await failureOf(login('other@example.com', 'another good one'))).toBe('UNAUTHORIZED');
    expect(await identity.tables.get({ pk: `T#${made.id}#TENANT`, sk: made.id })).toMatchObject({
      event: { action: 'suspend' },
    });
    await operator.resume('other@example.com', signal());
    expect(await failureOf(login('other@example.com', 'another good one'))).toBe('no failure');
  });

  it.each([
    ['promote', (email: string) => operator.promote(email, signal())],
    ['reset-password', (email: string) => operator.resetPassword(email, password, signal())],
    ['suspend', (email: string) => operator.suspend(email, 'leave', signal())],
    ['resume', (email: string) => operator.resume(email, signal())],
  ])('%s says so where nobody has the e-mail', async (_, act) => {
    expect(await failureOf(act('nobody@example.com'))).toBe('NOT_FOUND');
  });
});
