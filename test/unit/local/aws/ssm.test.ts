import { describe, expect, it } from 'vitest';
import { createSsm } from '../../../../local/aws/ssm/index.ts';
import { call, standInContext, stranger } from './context.ts';

const image = '/aws/service/ami-amazon-linux-latest/al2023';
const open = () => createSsm(standInContext(), { publicParameters: { [image]: 'ami-1' } });

describe('parameters', () => {
  it('are kept with a version', async () => {
    const ssm = open();
    expect(await call(ssm, 'PutParameter', { Name: '/a/b', Value: '1', Type: 'String' })).toMatchObject({
      Version: 1,
    });
    expect(await call(ssm, 'PutParameter', { Name: '/a/b', Value: '2', Overwrite: true })).toMatchObject({
      Version: 2,
    });
    expect(await call(ssm, 'GetParameter', { Name: '/a/b' })).toEqual({
      Parameter: {
        Name: '/a/b',
        Type: 'String',
        Value: '2',
        Version: 2,
        LastModifiedDate: new Date('2026-01-01T00:00:00Z'),
        ARN: 'arn:aws:ssm:us-east-1:000000000000:parameter/a/b',
        DataType: 'text',
      },
    });
    expect(
      await call(ssm, 'GetParameter', { Name: 'arn:aws:ssm:us-east-1:000000000000:parameter/a/b' }),
    ).toMatchObject({ Parameter: { Value: '2' } });
  });

  it('are gone when deleted', async () => {
    const ssm = open();
    await call(ssm, 'PutParameter', { Name: 'a', Value: '1', Type: 'String' });
    await call(ssm, 'DeleteParameter', { Name: 'a' });
    await expect(call(ssm, 'GetParameter', { Name: 'a' })).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
    await expect(call(ssm, 'DeleteParameter', { Name: 'a' })).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
  });

  it('belong to an account, but for AWS’s own', async () => {
    const ssm = open();
    await call(ssm, 'PutParameter', { Name: 'a', Value: '1', Type: 'String' });
    await expect(call(ssm, 'GetParameter', { Name: 'a' }, stranger)).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
    expect(await call(ssm, 'GetParameter', { Name: image }, stranger)).toMatchObject({
      Parameter: { Value: 'ami-1', ARN: `arn:aws:ssm:us-east-1::parameter${image}` },
    });
  });

  it('are read together, unknown ones apart', async () => {
    expect(await call(open(), 'GetParameters', { Names: [image, '/b'] })).toMatchObject({
      Parameters: [{ Name: image }],
      InvalidParameters: ['/b'],
    });
  });

  it('hide a SecureString that is read without decryption', async () => {
    const ssm = open();
    await call(ssm, 'PutParameter', { Name: 's', Value: 'secret', Type: 'SecureString' });
    const sealed = await call<{ Parameter: { Value: string } }>(ssm, 'GetParameter', { Name: 's' });
    expect(sealed.Parameter.Value).not.toContain('secret');
    expect(await call(ssm, 'GetParameter', { Name: 's', WithDecryption: true })).toMatchObject({
      Parameter: { Value: 'secret' },
    });
  });

  it.each([
    ['no name', 'PutParameter', { Value: 'x', Type: 'String' }, 'ValidationException'],
    ['no value', 'PutParameter', { Name: 'a', Type: 'String' }, 'ValidationException'],
    ['no type', 'PutParameter', { Name: 'a', Value: 'x' }, 'ValidationException'],
    ['another type', 'PutParameter', { Name: 'a', Value: 'x', Type: 'Number' }, 'ValidationException'],
    ['AWS’s prefix', 'PutParameter', { Name: '/aws/x', Value: 'x', Type: 'String' }, 'ValidationException'],
    [
      'a path without its root',
      'PutParameter',
      { Name: 'a/b', Value: 'x', Type: 'String' },
      'ValidationException',
    ],
    [
      'a long value',
      'PutParameter',
      { Name: 'a', Value: 'x'.repeat(4097), Type: 'String' },
      'ValidationException',
    ],
    ['11 names', 'GetParameters', { Names: Array(11).fill('a') }, 'ValidationException'],
    ['no name to read', 'GetParameter', {}, 'ValidationException'],
  ])('refuse %s', async (_, operation, input, name) => {
    await expect(call(open(), operation, input)).rejects.toMatchObject({ name });
  });

  it('are not overwritten by mistake', async () => {
    const ssm = open();
    await call(ssm, 'PutParameter', { Name: 'a', Value: '1', Type: 'String' });
    await expect(call(ssm, 'PutParameter', { Name: 'a', Value: '2', Type: 'String' })).rejects.toMatchObject({
      name: 'ParameterAlreadyExists',
    });
  });
});
