import type { AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { createSts } from '../../../../local/aws/sts/index.ts';
import { call, caller, standInContext } from './context.ts';

const role = 'arn:aws:iam::111111111111:role/teams/workload';
const request = { RoleArn: role, RoleSessionName: 'cloud' };

describe('an assumed role', () => {
  it('acts in its own account until its credentials expire', async () => {
    const context = standInContext();
    const sts = createSts(context);
    const answer = await call<AssumeRoleCommandOutput>(sts, 'AssumeRole', {
      ...request,
      DurationSeconds: 900,
    });
    expect(answer.AssumedRoleUser?.Arn).toBe('arn:aws:sts::111111111111:assumed-role/workload/cloud');
    expect(answer.Credentials).toMatchObject({
      AccessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
      Expiration: new Date('2026-01-01T00:15:00Z'),
    });
    const find = () => sts.controls.findCaller(answer.Credentials?.AccessKeyId ?? '', 'eu-west-1');
    context.timers.advance(899_999);
    expect(find()).toEqual({
      account: '111111111111',
      region: 'eu-west-1',
      arn: 'arn:aws:sts::111111111111:assumed-role/workload/cloud',
      roleArn: role,
    });
    context.timers.advance(1);
    expect(find()).toBeUndefined();
  });

  it('is known after a restart', async () => {
    const context = standInContext();
    const answer = await call<AssumeRoleCommandOutput>(createSts(context), 'AssumeRole', request);
    expect(
      createSts(context).controls.findCaller(answer.Credentials?.AccessKeyId ?? '', 'us-east-1'),
    ).toMatchObject({ account: '111111111111' });
  });

  it('may be refused by its trust', async () => {
    const trusts = (_: string, __: unknown, externalId: string | undefined) => externalId === 'right';
    const sts = createSts(standInContext(), { trusts });
    await call(sts, 'AssumeRole', { ...request, ExternalId: 'right' });
    await expect(call(sts, 'AssumeRole', request)).rejects.toMatchObject({
      name: 'AccessDenied',
      statusCode: 403,
      message: `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${role}`,
    });
  });

  it.each([
    ['no role', { RoleSessionName: 'cloud' }],
    ['no session name', { RoleArn: role }],
    ['a session name with a space', { ...request, RoleSessionName: 'a b' }],
    ['what is no role', { ...request, RoleArn: 'arn:aws:iam::111111111111:user/a' }],
    ['a short session', { ...request, DurationSeconds: 899 }],
    ['a long session', { ...request, DurationSeconds: 43_201 }],
  ])('is not given for %s', async (_, input) => {
    await expect(call(createSts(standInContext()), 'AssumeRole', input)).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });
});

it('tells callers who they are', async () => {
  expect(await call(createSts(standInContext()), 'GetCallerIdentity', {})).toEqual({
    Account: '000000000000',
    Arn: caller.arn,
    UserId: 'AROALOCAL:api',
  });
});
