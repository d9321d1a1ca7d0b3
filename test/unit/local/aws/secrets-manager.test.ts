import { describe, expect, it } from 'vitest';
import { createSecretsManager, generateSecretString } from '../../../../local/aws/secrets-manager/index.ts';
import { call, standInContext, stranger } from './context.ts';

const open = () => createSecretsManager(standInContext());

describe('secrets', () => {
  it('are found by name, by ARN and by ARN without its suffix', async () => {
    const secrets = open();
    const { ARN } = await call<{ ARN: string }>(secrets, 'CreateSecret', {
      Name: 'token',
      SecretString: 's1',
    });
    expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:token-[A-Za-z0-9]{6}$/);
    for (const SecretId of ['token', ARN, ARN.slice(0, -7)])
      expect(await call(secrets, 'GetSecretValue', { SecretId })).toMatchObject({
        ARN,
        SecretString: 's1',
        VersionStages: ['AWSCURRENT'],
        CreatedDate: new Date('2026-01-01T00:00:00Z'),
      });
    await expect(call(secrets, 'GetSecretValue', { SecretId: ARN }, stranger)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('keep the previous value when a new one comes', async () => {
    const secrets = open();
    await call(secrets, 'CreateSecret', { Name: 'a', SecretString: '1' });
    await call(secrets, 'PutSecretValue', { SecretId: 'a', SecretString: '2' });
    await call(secrets, 'PutSecretValue', { SecretId: 'a', SecretString: '3' });
    const read = (VersionStage?: string) => call(secrets, 'GetSecretValue', { SecretId: 'a', VersionStage });
    expect(await read()).toMatchObject({ SecretString: '3' });
    expect(await read('AWSPREVIOUS')).toMatchObject({ SecretString: '2', VersionStages: ['AWSPREVIOUS'] });
    await expect(read('AWSPENDING')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('stage a value without making it current', async () => {
    const secrets = open();
    await call(secrets, 'CreateSecret', { Name: 'a', SecretString: '1' });
    await call(secrets, 'PutSecretValue', {
      SecretId: 'a',
      SecretString: '2',
      VersionStages: ['AWSPENDING'],
    });
    expect(await call(secrets, 'GetSecretValue', { SecretId: 'a' })).toMatchObject({ SecretString: '1' });
    expect(
      await call(secrets, 'GetSecretValue', { SecretId: 'a', VersionStage: 'AWSPENDING' }),
    ).toMatchObject({ SecretString: '2' });
  });

  it('take the same request once', async () => {
    const secrets = open();
    const create = (SecretString: string) =>
      call<{ VersionId: string; ARN: string }>(secrets, 'CreateSecret', {
        Name: 'a',
        SecretString,
        ClientRequestToken: 't',
      });
    expect(await create('1')).toEqual(await create('1'));
    await expect(create('2')).rejects.toMatchObject({ name: 'ResourceExistsException' });
  });

  it('hold bytes as well', async () => {
    const secrets = open();
    await call(secrets, 'CreateSecret', { Name: 'a', SecretBinary: new Uint8Array([0, 255]) });
    expect(await call(secrets, 'GetSecretValue', { SecretId: 'a' })).toMatchObject({
      SecretBinary: new Uint8Array([0, 255]),
    });
  });

  it('wait for their deletion, unless it is forced', async () => {
    const secrets = open();
    await call(secrets, 'CreateSecret', { Name: 'a', SecretString: '1' });
    expect(await call(secrets, 'DeleteSecret', { SecretId: 'a' })).toMatchObject({
      DeletionDate: new Date('2026-01-31T00:00:00Z'),
    });
    await expect(call(secrets, 'GetSecretValue', { SecretId: 'a' })).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
    await expect(call(secrets, 'CreateSecret', { Name: 'a' })).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
    expect(await call(secrets, 'DescribeSecret', { SecretId: 'a' })).toMatchObject({
      DeletedDate: new Date('2026-01-01T00:00:00Z'),
    });
    await call(secrets, 'DeleteSecret', { SecretId: 'a', ForceDeleteWithoutRecovery: true });
    await call(secrets, 'CreateSecret', { Name: 'a', SecretString: '2' });
  });

  it.each([
    ['a name that exists', 'CreateSecret', { Name: 'a', SecretString: 'x' }, 'ResourceExistsException'],
    ['a name with a space', 'CreateSecret', { Name: 'a b', SecretString: 'x' }, 'ValidationException'],
    ['no name', 'CreateSecret', {}, 'ValidationException'],
    ['an unknown secret', 'GetSecretValue', { SecretId: 'b' }, 'ResourceNotFoundException'],
    ['no value', 'PutSecretValue', { SecretId: 'a' }, 'InvalidParameterException'],
    [
      'a huge value',
      'PutSecretValue',
      { SecretId: 'a', SecretString: 'x'.repeat(65_537) },
      'ValidationException',
    ],
    [
      'a short window',
      'DeleteSecret',
      { SecretId: 'a', RecoveryWindowInDays: 6 },
      'InvalidParameterException',
    ],
  ])('refuse %s', async (_, operation, input, name) => {
    const secrets = open();
    await call(secrets, 'CreateSecret', { Name: 'a', SecretString: '1' });
    await expect(call(secrets, operation, input)).rejects.toMatchObject({ name });
  });
});

describe('generated secrets', () => {
  it.each([
    ['32 characters by default', {}, /^.{32}$/],
    ['the length that was asked for', { PasswordLength: 64 }, /^.{64}$/],
    ['letters and digits only', { ExcludePunctuation: true }, /^[A-Za-z0-9]{32}$/],
    [
      'digits only',
      { ExcludePunctuation: true, ExcludeLowercase: true, ExcludeUppercase: true },
      /^[0-9]{32}$/,
    ],
    ['no excluded characters', { PasswordLength: 4096, ExcludeCharacters: 'abc"' }, /^[^abc"]{4096}$/],
    [
      'each type at least once',
      { PasswordLength: 4 },
      /^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])(?=.*[^a-zA-Z0-9]).{4}$/,
    ],
  ])('have %s', (_, options, expected) => {
    for (let round = 0; round < 20; round += 1) expect(generateSecretString(options)).toMatch(expected);
  });

  it('differ', () => {
    expect(generateSecretString({})).not.toBe(generateSecretString({}));
  });

  it('go into a template', () => {
    const text = generateSecretString({
      SecretStringTemplate: '{"user":"a"}',
      GenerateStringKey: 'password',
    });
    expect(JSON.parse(text)).toEqual({ user: 'a', password: expect.stringMatching(/^.{32}$/) });
  });

  it.each([
    [
      'no character is left',
      { ExcludePunctuation: true, ExcludeLowercase: true, ExcludeUppercase: true, ExcludeNumbers: true },
    ],
    ['it is too short for all types', { PasswordLength: 3 }],
    ['it is too long', { PasswordLength: 4097 }],
    ['the template has no key', { SecretStringTemplate: '{}' }],
  ])('are refused where %s', (_, options) => {
    expect(() => generateSecretString(options)).toThrow();
  });
});
