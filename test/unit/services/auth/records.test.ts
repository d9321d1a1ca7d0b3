import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { password, publicCaller, startIdentity } from './harness.ts';

let identity: Awaited<ReturnType<typeof startIdentity>>;
beforeAll(async () => {
  identity = await startIdentity('invite');
});
afterAll(() => identity.stop());

describe('the tables', () => {
  it('hold no secret in clear after all that identity does', async () => {
    const admin = await identity.administrator();
    const invited = await identity.invitations.create(admin.caller, { expires_in_hours: 1 });
    const made = await identity.apiKeys.create(admin.caller, { name: 'ci' });
    const rotated = await identity.apiKeys.rotate(admin.caller, made.id);
    const tokens = await identity.auth.issueTokens(publicCaller(), { email: admin.email, password });
    const renewed = await identity.auth.issueTokens(publicCaller(), { refresh_token: tokens.refresh_token });
    const secrets = {
      password,
      invitation: invited.invitation,
      key: admin.key,
      made: made.key,
      rotated: rotated.key,
      access: renewed.access_token,
      refresh: tokens.refresh_token,
      renewed: renewed.refresh_token,
    };
    const { client, names } = identity.database;
    const scans = await Promise.all(
      Object.values(names).map((TableName) => client.send(new ScanCommand({ TableName }))),
    );
    const text = JSON.stringify(scans.map(({ Items }) => Items));
    expect(text).toContain(admin.email);
    for (const [name, secret] of Object.entries(secrets))
      expect(text.includes(secret ?? 'none'), name).toBe(false);
    expect(text).not.toContain('"d":');
  });
});
