import { describe, expect, it } from 'vitest';
import { createIam } from '../../../../local/aws/iam/index.ts';
import { call, standInContext, stranger } from './context.ts';

const lambda = 'lambda.amazonaws.com';
const statement = (change: object) => JSON.stringify({ Version: '2012-10-17', Statement: [change] });
const trust = statement({ Effect: 'Allow', Principal: { Service: lambda }, Action: 'sts:AssumeRole' });
const mayLog = statement({ Effect: 'Allow', Action: 'logs:PutLogEvents', Resource: 'arn:aws:logs:*:*:*' });
const boundary = 'arn:aws:iam::000000000000:policy/bounds';
const arn = 'arn:aws:iam::000000000000:role/one';

const open = () => {
  const context = standInContext();
  const iam = createIam(context);
  const role = (change: object = {}) =>
    call(iam, 'CreateRole', {
      RoleName: 'one',
      AssumeRolePolicyDocument: trust,
      PermissionsBoundary: boundary,
      ...change,
    });
  const policy = (change: object = {}) =>
    call(iam, 'PutRolePolicy', { RoleName: 'one', PolicyName: 'log', PolicyDocument: mayLog, ...change });
  return { iam, role, policy, timers: context.timers };
};

describe('roles of IAM', () => {
  it('are shown as they were made, with their policies, to their account alone', async () => {
    const { iam, role, policy } = open();
    await role({ Tags: [{ Key: 'a', Value: 'b' }] });
    await policy();
    expect(await call(iam, 'GetRole', { RoleName: 'ONE' })).toMatchObject({
      Role: {
        Arn: arn,
        AssumeRolePolicyDocument: encodeURIComponent(trust),
        PermissionsBoundary: { PermissionsBoundaryArn: boundary },
        Tags: [{ Key: 'a', Value: 'b' }],
      },
    });
    const asked = { RoleName: 'one', PolicyName: 'log' };
    expect(await call(iam, 'GetRolePolicy', asked)).toMatchObject({
      PolicyDocument: encodeURIComponent(mayLog),
    });
    await expect(call(iam, 'GetRole', { RoleName: 'one' }, stranger)).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      statusCode: 404,
    });
    expect(iam.controls.boundaryOf('000000000000', 'one')).toBe(boundary);
    expect(iam.controls.boundaryOf('111111111111', 'one')).toBeUndefined();
  });

  it('are not made twice, whatever the case of their name', async () => {
    const { role } = open();
    await role();
    await expect(role({ RoleName: 'One' })).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' });
  });

  it.each<[string, object, string]>([
    ['a name of 65 characters', { RoleName: 'x'.repeat(65) }, 'ValidationError'],
    ['a name with a slash', { RoleName: 'a/b' }, 'ValidationError'],
    ['a boundary that is no policy', { PermissionsBoundary: arn }, 'ValidationError'],
    ['a trust policy that is no JSON', { AssumeRolePolicyDocument: '{' }, 'MalformedPolicyDocumentException'],
    [
      'a trust policy that trusts nobody',
      { AssumeRolePolicyDocument: mayLog },
      'MalformedPolicyDocumentException',
    ],
    [
      'a trust policy that is too long',
      {
        AssumeRolePolicyDocument: statement({
          Effect: 'Allow',
          Principal: { Service: lambda },
          Action: 'sts:AssumeRole',
          Sid: 'x'.repeat(2_048),
        }),
      },
      'LimitExceededException',
    ],
  ])('are refused with %s', async (_, change, name) => {
    await expect(open().role(change)).rejects.toMatchObject({ name });
  });

  it.each<[string, object, string]>([
    ['of a role that is not there', { RoleName: 'two' }, 'NoSuchEntityException'],
    ['that is no JSON', { PolicyDocument: 'x' }, 'MalformedPolicyDocumentException'],
    [
      'that names no resources',
      { PolicyDocument: statement({ Effect: 'Allow', Action: 'a:b' }) },
      'MalformedPolicyDocumentException',
    ],
    [
      'that is larger than all of a role’s may be',
      { PolicyDocument: statement({ Effect: 'Allow', Action: 'a:b', Resource: 'x'.repeat(10_240) }) },
      'LimitExceededException',
    ],
  ])('take no policy %s', async (_, change, name) => {
    const { role, policy } = open();
    await role();
    await expect(policy(change)).rejects.toMatchObject({ name });
  });

  it('are for services that they trust, some seconds after they were made', async () => {
    const { iam, role, timers } = open();
    await role();
    expect(iam.controls.canAssume(lambda, arn)).toBe(false);
    timers.advance(5_000);
    expect(iam.controls.canAssume(lambda, arn)).toBe(true);
    expect(iam.controls.canAssume('ec2.amazonaws.com', arn)).toBe(false);
    expect(iam.controls.canAssume(lambda, `${arn}-of-nobody`)).toBe(false);
  });

  it('are a thousand at most', async () => {
    const { role } = open();
    for (let n = 0; n < 1_000; n++) await role({ RoleName: `role-${n}` });
    await expect(role()).rejects.toMatchObject({ name: 'LimitExceededException' });
  });
});
