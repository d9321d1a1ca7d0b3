import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { workloadAccount } from '../../../../lib/platform/aws/workload-role.ts';

const role = 'arn:aws:iam::111111111111:role/workload';

const answering = (...lives: number[]) => {
  const client = new STSClient({ region: 'us-east-1' });
  const mock = mockClient(client);
  const stub = mock.on(AssumeRoleCommand, { RoleArn: role });
  lives.reduce(
    (behaviour, minutes, index) =>
      behaviour.resolvesOnce({
        Credentials: {
          AccessKeyId: `key-${index}`,
          SecretAccessKey: 'secret',
          SessionToken: 'token',
          Expiration: new Date(Date.now() + minutes * 60_000),
        },
      }),
    stub,
  );
  return { client, mock };
};

describe('the workload account', () => {
  it('is the function’s own where no role is named', () => {
    expect(workloadAccount('')).toEqual({});
  });

  it('is entered by its role, once for many calls', async () => {
    const { client, mock } = answering(60);
    const { credentials } = workloadAccount(role, () => client);
    expect([(await credentials?.())?.accessKeyId, (await credentials?.())?.accessKeyId]).toEqual([
      'key-0',
      'key-0',
    ]);
    expect(mock.commandCalls(AssumeRoleCommand)).toHaveLength(1);
  });

  it('is entered anew before the credentials end', async () => {
    const { client } = answering(4, 60);
    const { credentials } = workloadAccount(role, () => client);
    expect([(await credentials?.())?.accessKeyId, (await credentials?.())?.accessKeyId]).toEqual([
      'key-0',
      'key-1',
    ]);
  });

  it('is tried again after a failure', async () => {
    const client = new STSClient({ region: 'us-east-1' });
    mockClient(client)
      .on(AssumeRoleCommand)
      .rejectsOnce(new Error('no'))
      .resolves({
        Credentials: { AccessKeyId: 'key', SecretAccessKey: 's', SessionToken: 't', Expiration: undefined },
      });
    const { credentials } = workloadAccount(role, () => client);
    await expect(credentials?.()).rejects.toThrow('no');
    expect((await credentials?.())?.accessKeyId).toBe('key');
  });
});
