import { describe, expect, it } from 'vitest';
import { Evaluator } from '../../../../local/iam/evaluator.ts';
import type { Statement } from '../../../../local/iam/policy.ts';

const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/record';
const queue = 'arn:aws:sqs:us-east-1:000000000000:jobs';

const decide = (statements: Statement[], action: string, resource: string, context = {}) =>
  new Evaluator([{ name: 'p', document: { Version: '2012-10-17', Statement: statements } }]).evaluate({
    action,
    resource,
    context,
  }).effect;

const allow = (
  Action: string | string[],
  Resource: string | string[],
  rest: Partial<Statement> = {},
): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...rest,
});
const deny = (
  Action: string | string[],
  Resource: string | string[],
  rest: Partial<Statement> = {},
): Statement => ({
  ...allow(Action, Resource, rest),
  Effect: 'Deny',
});

describe('evaluation', () => {
  it.each<[string, Statement[], string, string, string]>([
    ['nothing is granted', [], 'dynamodb:GetItem', table, 'implicitDeny'],
    ['it is granted', [allow('dynamodb:GetItem', table)], 'dynamodb:GetItem', table, 'allow'],
    ['actions differ in case', [allow('DynamoDB:getitem', table)], 'dynamodb:GetItem', table, 'allow'],
    [
      'another action is granted',
      [allow('dynamodb:PutItem', table)],
      'dynamodb:GetItem',
      table,
      'implicitDeny',
    ],
    [
      'another resource is granted',
      [allow('dynamodb:GetItem', queue)],
      'dynamodb:GetItem',
      table,
      'implicitDeny',
    ],
    [
      'one of several fits',
      [allow(['sqs:*', 'dynamodb:Get*'], [queue, table])],
      'dynamodb:GetItem',
      table,
      'allow',
    ],
    ['everything is granted', [allow('*', '*')], 'dynamodb:GetItem', table, 'allow'],
    [
      'a deny stands beside',
      [allow('*', '*'), deny('dynamodb:*', table)],
      'dynamodb:GetItem',
      table,
      'explicitDeny',
    ],
    [
      'a deny stands before',
      [deny('dynamodb:*', '*'), allow('*', '*')],
      'dynamodb:GetItem',
      table,
      'explicitDeny',
    ],
    ['a deny is for others', [allow('*', '*'), deny('sqs:*', '*')], 'dynamodb:GetItem', table, 'allow'],
    [
      'NotAction leaves it in',
      [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }],
      'dynamodb:GetItem',
      table,
      'allow',
    ],
    [
      'NotAction leaves it out',
      [{ Effect: 'Allow', NotAction: ['iam:*', 'dynamodb:*'], Resource: '*' }],
      'dynamodb:GetItem',
      table,
      'implicitDeny',
    ],
    [
      'NotResource leaves it in',
      [{ Effect: 'Allow', Action: '*', NotResource: queue }],
      'dynamodb:GetItem',
      table,
      'allow',
    ],
    [
      'NotResource leaves it out',
      [{ Effect: 'Deny', Action: '*', NotResource: queue }, allow('*', '*')],
      'dynamodb:GetItem',
      table,
      'explicitDeny',
    ],
    [
      'a statement is alone, not in a list',
      [allow('sqs:SendMessage', queue)],
      'sqs:SendMessage',
      queue,
      'allow',
    ],
  ])('when %s', (_, statements, action, resource, expected) => {
    expect(decide(statements, action, resource)).toBe(expected);
  });

  it('asks the conditions of allows and of denies', () => {
    const only = (value: string) => ({ Condition: { StringEquals: { 'ec2:CreateAction': value } } });
    const tagging = [
      allow('ec2:CreateTags', '*', only('RunInstances')),
      deny('ec2:CreateTags', '*', only('CreateVpc')),
    ];
    const on = (context: object) =>
      decide(tagging, 'ec2:CreateTags', 'arn:aws:ec2:us-east-1:1:instance/*', context);
    expect(on({ 'ec2:createaction': 'RunInstances' })).toBe('allow');
    expect(on({ 'ec2:createaction': 'CreateVpc' })).toBe('explicitDeny');
    expect(on({})).toBe('implicitDeny');
  });

  it('puts the request’s values into resources', () => {
    const own = [allow('s3:GetObject', 'arn:aws:s3:::files/$' + '{aws:PrincipalAccount}/*')];
    const get = (key: string) =>
      decide(own, 's3:GetObject', `arn:aws:s3:::files/${key}`, { 'aws:principalaccount': '42' });
    expect(get('42/a')).toBe('allow');
    expect(get('43/a')).toBe('implicitDeny');
  });

  it('takes a single statement and reads all policies of a role', () => {
    const evaluator = new Evaluator([
      { name: 'a', document: { Statement: allow('sqs:SendMessage', queue) } },
      { name: 'b', document: { Statement: [allow('dynamodb:GetItem', table)] } },
    ]);
    expect(evaluator.evaluate({ action: 'dynamodb:GetItem', resource: table, context: {} })).toEqual({
      effect: 'allow',
      grants: [{ policy: 'b', statement: 0, action: 'dynamodb:GetItem', resource: table }],
    });
  });

  it('answers the same decision again without deciding it again, unless it depends on the request', () => {
    const evaluator = new Evaluator([
      {
        name: 'a',
        document: {
          Statement: [
            allow('sqs:*', '*'),
            allow('events:PutEvents', '*', { Condition: { StringEquals: { 'events:source': 'cloud' } } }),
          ],
        },
      },
    ]);
    const send = { action: 'sqs:SendMessage', resource: queue, context: {} };
    expect(evaluator.evaluate(send)).toBe(evaluator.evaluate(send));
    const put = (source: string) =>
      evaluator.evaluate({
        action: 'events:PutEvents',
        resource: 'bus',
        context: { 'events:source': source },
      }).effect;
    expect([put('cloud'), put('other'), put('cloud')]).toEqual(['allow', 'implicitDeny', 'allow']);
  });
});
