import { describe, expect, it } from 'vitest';
import { createLogs } from '../../../../local/aws/logs/index.ts';
import { call, standInContext, stranger } from './context.ts';

describe('log groups', () => {
  it('are made once, kept as long as was said, and seen by their account alone', async () => {
    const logs = createLogs(standInContext());
    await call(logs, 'CreateLogGroup', { logGroupName: '/a/b' });
    await expect(call(logs, 'CreateLogGroup', { logGroupName: '/a/b' })).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
    await call(logs, 'PutRetentionPolicy', { logGroupName: '/a/b', retentionInDays: 30 });
    await call(logs, 'CreateLogGroup', { logGroupName: '/c' }, stranger);
    const { logGroups } = await call<{ logGroups: object[] }>(logs, 'DescribeLogGroups', {
      logGroupNamePrefix: '/a/',
    });
    expect(logGroups).toMatchObject([
      {
        logGroupName: '/a/b',
        arn: 'arn:aws:logs:us-east-1:000000000000:log-group:/a/b:*',
        retentionInDays: 30,
      },
    ]);
    expect(await call(logs, 'DescribeLogGroups', {})).toMatchObject({ logGroups });
  });

  it.each<[string, string, object, string]>([
    ['with a space in their name', 'CreateLogGroup', { logGroupName: 'a b' }, 'InvalidParameterException'],
    ['with a long name', 'CreateLogGroup', { logGroupName: 'x'.repeat(513) }, 'InvalidParameterException'],
    [
      'for 31 days',
      'PutRetentionPolicy',
      { logGroupName: 'a', retentionInDays: 31 },
      'InvalidParameterException',
    ],
    [
      'that are not there',
      'PutRetentionPolicy',
      { logGroupName: 'b', retentionInDays: 30 },
      'ResourceNotFoundException',
    ],
  ])('are refused %s', async (_, operation, input, name) => {
    const logs = createLogs(standInContext());
    await call(logs, 'CreateLogGroup', { logGroupName: 'a' });
    await expect(call(logs, operation, input)).rejects.toMatchObject({ name });
  });
});
