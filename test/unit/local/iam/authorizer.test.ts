import { describe, expect, it } from 'vitest';
import { iamResourceKeys } from '../../../../local/aws/resource-keys.ts';
import { Authorizer } from '../../../../local/iam/authorizer.ts';
import { needsOf } from '../../../../local/iam/needs/index.ts';

const place = { region: 'us-east-1', account: '000000000000' };
const roles = 'arn:aws:iam::000000000000:role/t-*';
const bounds = 'arn:aws:iam::000000000000:policy/bounds';
const bounded = { 'iam:PermissionsBoundary': bounds };
const ofStage = { 'aws:RequestTag/stage': 'dev' };

/** May make roles within bounds, and say what those may do. */
const authorizer = new Authorizer(
  {
    roleArn: 'arn:aws:iam::000000000000:role/worker',
    sessionArn: 'arn:aws:sts::000000000000:assumed-role/worker/worker',
    account: place.account,
    policies: [
      {
        name: 'p',
        document: {
          Statement: [
            {
              Effect: 'Allow',
              Action: 'iam:CreateRole',
              Resource: roles,
              Condition: { StringEquals: { ...bounded, ...ofStage } },
            },
            { Effect: 'Allow', Action: 'iam:TagRole', Resource: roles, Condition: { StringEquals: ofStage } },
            {
              Effect: 'Allow',
              Action: 'iam:PutRolePolicy',
              Resource: roles,
              Condition: { StringEquals: bounded },
            },
          ],
        },
      },
    ],
  },
  async (resource, region) =>
    iamResourceKeys((_, name) => ({ 't-bounded': bounds, 't-other': `${bounds}2` })[name])(resource, {
      ...place,
      region,
      arn: '',
    }),
  () => {},
);

const deniedAction = async (command: string, input: object): Promise<string | undefined> => {
  const needs = needsOf({ client: 'IAMClient', command: `${command}Command`, input }, place);
  return (await authorizer.findDenial(needs, place))?.action;
};

describe('rights that hang on a permissions boundary', () => {
  const Tags = [{ Key: 'stage', Value: 'dev' }];

  it.each<[string, object, string | undefined]>([
    ['within the bounds', { RoleName: 't-new', PermissionsBoundary: bounds, Tags }, undefined],
    ['without bounds', { RoleName: 't-new', Tags }, 'iam:CreateRole'],
    ['without bounds, of a name that has them', { RoleName: 't-bounded', Tags }, 'iam:CreateRole'],
    ['within others', { RoleName: 't-new', PermissionsBoundary: `${bounds}2`, Tags }, 'iam:CreateRole'],
    ['of another name', { RoleName: 'new', PermissionsBoundary: bounds, Tags }, 'iam:CreateRole'],
    [
      'of another stage',
      { RoleName: 't-new', PermissionsBoundary: bounds, Tags: [{ Key: 'stage', Value: 'prod' }] },
      'iam:CreateRole',
    ],
  ])('let a role be made %s: denied is %s', async (_, input, denied) => {
    expect(await deniedAction('CreateRole', input)).toBe(denied);
  });

  it.each<[string, string | undefined]>([
    ['t-bounded', undefined],
    ['t-other', 'iam:PutRolePolicy'],
    ['t-none', 'iam:PutRolePolicy'],
  ])('let a policy be written for %s: denied is %s', async (RoleName, denied) => {
    expect(await deniedAction('PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument: '{}' })).toBe(
      denied,
    );
  });
});
