import { describe, expect, it } from 'vitest';
import { Authorizer } from '../../../../local/iam/authorizer.ts';
import { findManagedPolicy } from '../../../../local/iam/managed-policies.ts';
import type { NamedPolicy, PolicyFile, Statement } from '../../../../local/iam/policy.ts';
import {
  eventSourceExtras,
  eventSourceNeeds,
  failureDestinationNeeds,
} from '../../../../local/iam/service-needs.ts';
import { type Use, unusedGrants } from '../../../../local/iam/usage.ts';

const queue = 'arn:aws:sqs:us-east-1:000000000000:jobs';
const other = 'arn:aws:sqs:us-east-1:000000000000:other';
const place = { region: 'us-east-1', account: '000000000000' };

const fileOf = (Statement: Statement[], more: NamedPolicy[] = []): PolicyFile => ({
  roleArn: 'arn:aws:iam::000000000000:role/api',
  sessionArn: 'arn:aws:sts::000000000000:assumed-role/api/api',
  account: '000000000000',
  policies: [{ name: 'inline', document: { Statement } }, ...more],
});

const open = (file: PolicyFile, resourceKeys = async () => ({})) => {
  const uses: Use[] = [];
  return { uses, authorizer: new Authorizer(file, resourceKeys, (use) => uses.push(use)) };
};

describe('grants', () => {
  it('reports the actions and resources that nothing needed', async () => {
    const file = fileOf([
      {
        Sid: 'Queue',
        Effect: 'Allow',
        Action: ['sqs:SendMessage', 'sqs:PurgeQueue'],
        Resource: [queue, other],
      },
      { Effect: 'Deny', Action: 'sqs:DeleteQueue', Resource: '*' },
    ]);
    const { uses, authorizer } = open(file);
    await authorizer.findDenial([{ action: 'sqs:SendMessage', resources: [queue] }], place);
    expect(unusedGrants([file], uses)).toEqual([
      {
        roleArn: file.roleArn,
        policy: 'inline',
        statement: 0,
        sid: 'Queue',
        element: 'Action',
        value: 'sqs:PurgeQueue',
      },
      {
        roleArn: file.roleArn,
        policy: 'inline',
        statement: 0,
        sid: 'Queue',
        element: 'Resource',
        value: other,
      },
    ]);
  });

  it('reports nothing of a policy that was wholly used, or is AWS’s own', async () => {
    const basic = findManagedPolicy('arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole');
    const file = fileOf([{ Effect: 'Allow', Action: 'sqs:*', Resource: queue }], [basic as NamedPolicy]);
    const { uses, authorizer } = open(file);
    await authorizer.findDenial([{ action: 'sqs:ReceiveMessage', resources: [queue] }], place);
    expect(unusedGrants([file], uses)).toEqual([]);
  });

  it('keeps roles with alike policies apart', async () => {
    const used = fileOf([{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queue }]);
    const idle = { ...used, roleArn: 'arn:aws:iam::000000000000:role/idle' };
    const { uses, authorizer } = open(used);
    await authorizer.findDenial([{ action: 'sqs:SendMessage', resources: [queue] }], place);
    expect(unusedGrants([used, idle], uses).map(({ roleArn, element }) => [roleArn, element])).toEqual([
      [idle.roleArn, 'Action'],
      [idle.roleArn, 'Resource'],
    ]);
  });

  it('tells of a grant once, however often it is used', async () => {
    const { uses, authorizer } = open(fileOf([{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }]));
    for (const name of ['a', 'b', 'a'])
      await authorizer.findDenial([{ action: 'sqs:SendMessage', resources: [`${queue}-${name}`] }], place);
    expect(uses).toHaveLength(1);
  });

  it('counts what Lambda does in the role’s name', async () => {
    const file = fileOf([
      {
        Effect: 'Allow',
        Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        Resource: queue,
      },
      { Effect: 'Allow', Action: ['sqs:ChangeMessageVisibility', 'sqs:GetQueueUrl'], Resource: queue },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: other },
    ]);
    const { uses, authorizer } = open(file);
    const needs = [
      ...eventSourceNeeds(queue),
      ...eventSourceExtras(queue),
      ...failureDestinationNeeds(other),
    ];
    expect(await authorizer.findDenial(needs, place)).toBeUndefined();
    expect(unusedGrants([file], uses)).toEqual([]);
  });

  it('knows what reading a stream needs, and no other sources', () => {
    const stream = 'arn:aws:dynamodb:us-east-1:000000000000:table/record/stream/2026-01-01T00:00:00.000';
    expect(eventSourceNeeds(stream).map(({ action }) => action)).toEqual([
      'dynamodb:DescribeStream',
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
      'dynamodb:ListStreams',
    ]);
    expect(() => eventSourceNeeds('arn:aws:kafka:us-east-1:000000000000:cluster/a')).toThrow(
      'no event source',
    );
  });
});

describe('an authorizer', () => {
  it('names principal, action and resource of the first need that is not met', async () => {
    const { authorizer } = open(fileOf([{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queue }]));
    const needs = [queue, other].map((resource) => ({ action: 'sqs:SendMessage', resources: [resource] }));
    expect(await authorizer.findDenial(needs, place)).toEqual({
      principal: 'arn:aws:sts::000000000000:assumed-role/api/api',
      action: 'sqs:SendMessage',
      resource: other,
      explicit: false,
    });
  });

  it('is content with one of several resources, unless another one is denied', async () => {
    const need = { action: 'ses:SendEmail', resources: [queue, other] };
    const some = open(fileOf([{ Effect: 'Allow', Action: 'ses:SendEmail', Resource: other }]));
    expect(await some.authorizer.findDenial([need], place)).toBeUndefined();
    const none = open(
      fileOf([
        { Effect: 'Allow', Action: 'ses:SendEmail', Resource: other },
        { Effect: 'Deny', Action: 'ses:SendEmail', Resource: queue },
      ]),
    );
    expect(await none.authorizer.findDenial([need], place)).toMatchObject({ explicit: true });
  });

  it('asks for a resource’s own keys only where a statement needs them', async () => {
    const asked: string[] = [];
    const keys = async (...[resource]: string[]) => {
      asked.push(resource as string);
      return resource === queue ? { 'aws:resourcetag/tenant': 't1' } : {};
    };
    const { authorizer } = open(
      fileOf([
        { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' },
        {
          Effect: 'Allow',
          Action: 'sqs:PurgeQueue',
          Resource: '*',
          Condition: { StringEquals: { 'aws:ResourceTag/tenant': 't1' } },
        },
      ]),
      keys as never,
    );
    const find = (action: string, resource: string) =>
      authorizer.findDenial([{ action, resources: [resource] }], place);
    expect(await find('sqs:SendMessage', queue)).toBeUndefined();
    expect(asked).toEqual([]);
    expect(await find('sqs:PurgeQueue', queue)).toBeUndefined();
    expect(await find('sqs:PurgeQueue', other)).toBeDefined();
    expect(asked).toEqual([queue, other]);
  });

  it.each([
    ['ec2:Region', 'us-east-1', 'eu-west-1'],
    ['aws:RequestedRegion', 'us-east-1', 'eu-west-1'],
    ['aws:PrincipalAccount', '000000000000', '111111111111'],
    ['aws:ResourceAccount', '000000000000', '111111111111'],
    ['aws:PrincipalArn', 'arn:aws:iam::000000000000:role/api', 'arn:aws:iam::000000000000:role/other'],
    ['aws:SecureTransport', 'true', 'false'],
  ])('knows %s', async (key, right, wrong) => {
    const on = (value: string) =>
      open(
        fileOf([
          { Effect: 'Allow', Action: '*', Resource: '*', Condition: { StringEquals: { [key]: value } } },
        ]),
      ).authorizer.findDenial([{ action: 'sqs:SendMessage', resources: [queue] }], place);
    expect(await on(right)).toBeUndefined();
    expect(await on(wrong)).toBeDefined();
  });

  it('knows AWS’s policies for functions and no others', () => {
    expect(findManagedPolicy('arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess')?.managed).toBe(true);
    expect(findManagedPolicy('arn:aws:iam::aws:policy/AdministratorAccess')).toBeUndefined();
    expect(findManagedPolicy('arn:aws:iam::000000000000:policy/AWSXRayDaemonWriteAccess')).toBeUndefined();
  });
});
