import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import type { Cloud } from '../../../../../local/engine/cloud.ts';
import { provision } from '../../../../../local/engine/provision/provision.ts';
import { ResourceRecords } from '../../../../../local/engine/provision/resource-records.ts';
import type { Stack, Template } from '../../../../../local/engine/template/types.ts';

/** A cloud in which queues and parameters can be made; it notes what is asked of it. */
const newCloud = () => {
  const asked: string[] = [];
  const cloud = {
    parameters: new Map<string, string>(),
    secrets: new Map<string, string>(),
    queues: {
      ensure: (name: string, attributes: object) =>
        asked.push(`ensure ${name} ${JSON.stringify(attributes)}`),
      remove: (name: string) => asked.push(`remove ${name}`),
      queueUrl: (name: string) => `http://queues/${name}`,
    },
    call: async (client: string, command: string) => {
      asked.push(`${client} ${command}`);
      return { Vpc: { VpcId: `vpc-${asked.length}` }, SecurityGroups: [] };
    },
  } as unknown as Cloud;
  return { cloud, asked };
};

const stack = (name: string, template: Template): Stack => ({ name, template, assets: new Map() });
const queue = (properties = {}) => ({ Type: 'AWS::SQS::Queue', Properties: properties });
const newRecords = () => new ResourceRecords(new DatabaseSync(':memory:'));

it('makes resources under names that are the same in every run', async () => {
  const { cloud, asked } = newCloud();
  const template = {
    Resources: { Jobs: queue({ VisibilityTimeout: 30, RedrivePolicy: { maxReceiveCount: 3 } }) },
  };
  await provision([stack('app', template)], cloud, newRecords());
  expect(asked).toEqual([
    'ensure app-Jobs {"RedrivePolicy":"{\\"maxReceiveCount\\":3}","VisibilityTimeout":"30"}',
  ]);
});

it('hands exports and outputs from stack to stack', async () => {
  const { cloud } = newCloud();
  const first = stack('first', {
    Resources: { Jobs: queue({ QueueName: 'jobs' }) },
    Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Jobs', 'Arn'] }, Export: { Name: 'jobs-arn' } } },
  });
  const second = stack('second', {
    Outputs: {
      Import: { Value: { 'Fn::ImportValue': 'jobs-arn' } },
      Weak: { Value: { 'Fn::GetStackOutput': { StackName: 'first', OutputName: 'Arn' } } },
    },
  });
  const outputs = await provision([first, second], cloud, newRecords());
  const arn = 'arn:aws:sqs:us-east-1:000000000000:jobs';
  expect(outputs).toEqual({ first: { Arn: arn }, second: { Import: arn, Weak: arn } });
});

it('leaves out what a condition leaves out', async () => {
  const { cloud, asked } = newCloud();
  const template = {
    Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
    Resources: { Jobs: { ...queue(), Condition: 'Never' } },
    Outputs: { Gone: { Value: 'x', Condition: 'Never' } },
  };
  expect(await provision([stack('app', template)], cloud, newRecords())).toEqual({ app: {} });
  expect(asked).toEqual([]);
});

it('gives a placeholder for what means nothing locally', async () => {
  const { cloud } = newCloud();
  const template = {
    Resources: { Alarm: { Type: 'AWS::CloudWatch::Alarm' }, Own: { Type: 'Custom::Thing' } },
    Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Alarm', 'Arn'] } }, Own: { Value: { Ref: 'Own' } } },
  };
  expect(await provision([stack('app', template)], cloud, newRecords())).toEqual({
    app: { Arn: 'arn:aws:local:::Alarm', Own: 'Own' },
  });
});

it('refuses a type that it does not know, and says what to do', async () => {
  const { cloud } = newCloud();
  const template = { Resources: { Train: { Type: 'AWS::Railway::Train' } } };
  await expect(provision([stack('app', template)], cloud, newRecords())).rejects.toThrow(
    /app\.Train: the local engine does not know AWS::Railway::Train\. Add a provider/,
  );
});

it('keeps a network of an earlier run, and makes a new one when it is to be another', async () => {
  const { cloud, asked } = newCloud();
  const records = newRecords();
  const network = (CidrBlock: string): Stack =>
    stack('app', {
      Resources: { Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock } } },
      Outputs: { Id: { Value: { Ref: 'Vpc' } } },
    });
  const first = await provision([network('10.0.0.0/16')], cloud, records);
  expect(await provision([network('10.0.0.0/16')], cloud, records)).toEqual(first);
  expect(asked.filter((call) => call.endsWith('CreateVpcCommand'))).toHaveLength(1);
  expect(await provision([network('10.1.0.0/16')], cloud, records)).not.toEqual(first);
});

it('takes away a queue that the template no longer has', async () => {
  const { cloud, asked } = newCloud();
  const records = newRecords();
  await provision([stack('app', { Resources: { Jobs: queue({ QueueName: 'jobs' }) } })], cloud, records);
  await provision([stack('app', { Resources: {} })], cloud, records);
  expect(asked.at(-1)).toBe('remove jobs');
});
