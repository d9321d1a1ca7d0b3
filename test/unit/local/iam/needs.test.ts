import { describe, expect, it } from 'vitest';
import { needsOf } from '../../../../local/iam/needs/index.ts';

const place = { region: 'us-east-1', account: '000000000000' };
const arn = (service: string, resource: string, account = place.account) =>
  `arn:aws:${service}:us-east-1:${account}:${resource}`;
const record = arn('dynamodb', 'table/record');
const short = arn('dynamodb', 'table/short');
const key = (pk: string) => ({ pk: { S: pk }, sk: { S: 's' } });
const queueUrl = 'http://127.0.0.1:4566/000000000000/jobs';
const jobs = arn('sqs', 'jobs');
const balancing = (resource: string) => arn('elasticloadbalancing', resource);

const pairs = (client: string, command: string, input: unknown) =>
  needsOf({ client, command: `${command}Command`, input }, place).map(({ action, resources }) => [
    action,
    ...resources,
  ]);

describe('what a call needs', () => {
  it.each<[string, string, string, unknown, string[][]]>([
    [
      'an item',
      'DynamoDB',
      'GetItem',
      { TableName: 'record', Key: key('a') },
      [['dynamodb:GetItem', record]],
    ],
    [
      'a table by its ARN',
      'DynamoDB',
      'PutItem',
      { TableName: record, Item: key('a') },
      [['dynamodb:PutItem', record]],
    ],
    ['a query of the table', 'DynamoDB', 'Query', { TableName: 'record' }, [['dynamodb:Query', record]]],
    [
      'a query of an index',
      'DynamoDB',
      'Query',
      { TableName: 'record', IndexName: 'slim' },
      [['dynamodb:Query', `${record}/index/slim`]],
    ],
    [
      'a batch of reads',
      'DynamoDB',
      'BatchGetItem',
      { RequestItems: { record: { Keys: [key('a')] }, short: { Keys: [key('b')] } } },
      [
        ['dynamodb:BatchGetItem', record],
        ['dynamodb:BatchGetItem', short],
      ],
    ],
    [
      'a batch of writes',
      'DynamoDB',
      'BatchWriteItem',
      { RequestItems: { record: [{ PutRequest: { Item: key('a') } }] } },
      [['dynamodb:BatchWriteItem', record]],
    ],
    [
      'a transaction, each kind once per table',
      'DynamoDB',
      'TransactWriteItems',
      {
        TransactItems: [
          { Put: { TableName: 'record', Item: key('a') } },
          { Put: { TableName: 'record', Item: key('b') } },
          { Update: { TableName: 'record', Key: key('c') } },
          { ConditionCheck: { TableName: 'record', Key: key('d') } },
          { Delete: { TableName: 'short', Key: key('e') } },
          { Put: { TableName: 'short', Item: key('f') } },
        ],
      },
      [
        ['dynamodb:PutItem', record],
        ['dynamodb:UpdateItem', record],
        ['dynamodb:ConditionCheckItem', record],
        ['dynamodb:DeleteItem', short],
        ['dynamodb:PutItem', short],
      ],
    ],
    [
      'a reading transaction',
      'DynamoDB',
      'TransactGetItems',
      { TransactItems: [{ Get: { TableName: 'record', Key: key('a') } }] },
      [['dynamodb:GetItem', record]],
    ],
    ['a list of tables', 'DynamoDB', 'ListTables', {}, [['dynamodb:ListTables', '*']]],
    ...(
      [
        ['PutObject', 'PutObject'],
        ['HeadObject', 'GetObject'],
        ['CreateMultipartUpload', 'PutObject'],
        ['UploadPart', 'PutObject'],
        ['CompleteMultipartUpload', 'PutObject'],
        ['AbortMultipartUpload', 'AbortMultipartUpload'],
        ['DeleteObject', 'DeleteObject'],
      ] as const
    ).map(([command, action]): [string, string, string, unknown, string[][]] => [
      `an object (${command})`,
      'S3',
      command,
      { Bucket: 'bytes', Key: 'a/b' },
      [[`s3:${action}`, 'arn:aws:s3:::bytes/a/b']],
    ]),
    ['a message', 'SQS', 'SendMessage', { QueueUrl: queueUrl }, [['sqs:SendMessage', jobs]]],
    ['a batch of messages', 'SQS', 'SendMessageBatch', { QueueUrl: queueUrl }, [['sqs:SendMessage', jobs]]],
    [
      'a batch of deletions',
      'SQS',
      'DeleteMessageBatch',
      { QueueUrl: queueUrl },
      [['sqs:DeleteMessage', jobs]],
    ],
    [
      'a queue of another account',
      'SQS',
      'SendMessage',
      { QueueUrl: 'https://sqs.us-east-1.amazonaws.com/111111111111/jobs' },
      [['sqs:SendMessage', arn('sqs', 'jobs', '111111111111')]],
    ],
    [
      'events on two buses',
      'EventBridge',
      'PutEvents',
      { Entries: [{ EventBusName: 'cloud' }, {}, { EventBusName: arn('events', 'event-bus/other') }] },
      [
        ['events:PutEvents', arn('events', 'event-bus/cloud')],
        ['events:PutEvents', arn('events', 'event-bus/default')],
        ['events:PutEvents', arn('events', 'event-bus/other')],
      ],
    ],
    [
      'a mail, by domain or address',
      'SESv2',
      'SendEmail',
      { FromEmailAddress: 'Cloud <no-reply@example.com>' },
      [['ses:SendEmail', arn('ses', 'identity/example.com'), arn('ses', 'identity/no-reply@example.com')]],
    ],
    [
      'a mail with a configuration set',
      'SESv2',
      'SendEmail',
      { FromEmailAddress: 'a@example.com', ConfigurationSetName: 'set' },
      [
        ['ses:SendEmail', arn('ses', 'identity/example.com'), arn('ses', 'identity/a@example.com')],
        ['ses:SendEmail', arn('ses', 'configuration-set/set')],
      ],
    ],
    [
      'a parameter',
      'SSM',
      'GetParameter',
      { Name: '/cloud/a' },
      [['ssm:GetParameter', arn('ssm', 'parameter/cloud/a')]],
    ],
    [
      'a parameter without a path',
      'SSM',
      'GetParameter',
      { Name: 'a' },
      [['ssm:GetParameter', arn('ssm', 'parameter/a')]],
    ],
    [
      'public parameters, which no account owns',
      'SSM',
      'GetParameters',
      { Names: ['/aws/service/a', '/b'] },
      [
        ['ssm:GetParameters', arn('ssm', 'parameter/aws/service/a', '')],
        ['ssm:GetParameters', arn('ssm', 'parameter/b')],
      ],
    ],
    [
      'a secret by name',
      'SecretsManager',
      'GetSecretValue',
      { SecretId: 'token' },
      [['secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:token-??????')]],
    ],
    [
      'a secret by ARN',
      'SecretsManager',
      'GetSecretValue',
      { SecretId: arn('secretsmanager', 'secret:token-AbCdEf') },
      [['secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:token-AbCdEf')]],
    ],
    [
      'a role',
      'STS',
      'AssumeRole',
      { RoleArn: 'arn:aws:iam::111111111111:role/work' },
      [['sts:AssumeRole', 'arn:aws:iam::111111111111:role/work']],
    ],
    ['one’s own identity, which nobody can refuse', 'STS', 'GetCallerIdentity', {}, []],
    ['metrics', 'CloudWatch', 'GetMetricData', {}, [['cloudwatch:GetMetricData', '*']]],
    ['a key', 'KMS', 'Encrypt', { KeyId: 'abc' }, [['kms:Encrypt', arn('kms', 'key/abc')]]],
    ['quotas', 'ServiceQuotas', 'ListServiceQuotas', {}, [['servicequotas:ListServiceQuotas', '*']]],
    [
      'a function',
      'Lambda',
      'Invoke',
      { FunctionName: 'f', Qualifier: 'live' },
      [['lambda:InvokeFunction', arn('lambda', 'function:f:live')]],
    ],
    [
      'a role with tags',
      'IAM',
      'CreateRole',
      { RoleName: 'r', Tags: [{ Key: 'a', Value: 'b' }] },
      [
        ['iam:CreateRole', 'arn:aws:iam::000000000000:role/r'],
        ['iam:TagRole', 'arn:aws:iam::000000000000:role/r'],
      ],
    ],
    [
      'a policy of a role',
      'IAM',
      'PutRolePolicy',
      { RoleName: 'r' },
      [['iam:PutRolePolicy', 'arn:aws:iam::000000000000:role/r']],
    ],
    [
      'a log group with tags',
      'CloudWatchLogs',
      'CreateLogGroup',
      { logGroupName: '/a/b', tags: { a: 'b' } },
      [
        ['logs:CreateLogGroup', arn('logs', 'log-group:/a/b:*')],
        ['logs:TagResource', arn('logs', 'log-group:/a/b')],
      ],
    ],
    [
      'how long a log group keeps',
      'CloudWatchLogs',
      'PutRetentionPolicy',
      { logGroupName: '/a/b' },
      [['logs:PutRetentionPolicy', arn('logs', 'log-group:/a/b:*')]],
    ],
    ['descriptions', 'EC2', 'DescribeInstances', { InstanceIds: ['i-1'] }, [['ec2:DescribeInstances', '*']]],
    [
      'several instances, each on its own',
      'EC2',
      'StopInstances',
      { InstanceIds: ['i-1', 'i-2'] },
      [
        ['ec2:StopInstances', arn('ec2', 'instance/i-1')],
        ['ec2:StopInstances', arn('ec2', 'instance/i-2')],
      ],
    ],
    [
      'an attachment, at both of its ends',
      'EC2',
      'AttachVolume',
      { VolumeId: 'vol-1', InstanceId: 'i-1', Device: '/dev/sdf' },
      [
        ['ec2:AttachVolume', arn('ec2', 'instance/i-1')],
        ['ec2:AttachVolume', arn('ec2', 'volume/vol-1')],
      ],
    ],
    [
      'a volume of a snapshot, which no account owns',
      'EC2',
      'CreateVolume',
      { SnapshotId: 'snap-1' },
      [
        ['ec2:CreateVolume', arn('ec2', 'volume/*')],
        ['ec2:CreateVolume', arn('ec2', 'snapshot/snap-1', '')],
      ],
    ],
    ['an empty volume', 'EC2', 'CreateVolume', { Size: 1 }, [['ec2:CreateVolume', arn('ec2', 'volume/*')]]],
    [
      'a snapshot',
      'EC2',
      'CreateSnapshot',
      {
        VolumeId: 'vol-1',
        TagSpecifications: [{ ResourceType: 'snapshot', Tags: [{ Key: 'a', Value: 'b' }] }],
      },
      [
        ['ec2:CreateSnapshot', arn('ec2', 'snapshot/*', '')],
        ['ec2:CreateSnapshot', arn('ec2', 'volume/vol-1')],
        ['ec2:CreateTags', arn('ec2', 'snapshot/*', '')],
      ],
    ],
    [
      'a block of a VPC',
      'EC2',
      'AssociateVpcCidrBlock',
      { VpcId: 'vpc-1', CidrBlock: '100.64.0.0/24' },
      [['ec2:AssociateVpcCidrBlock', arn('ec2', 'vpc/vpc-1')]],
    ],
    [
      'a block by its association',
      'EC2',
      'DisassociateVpcCidrBlock',
      { AssociationId: 'vpc-cidr-assoc-1' },
      [['ec2:DisassociateVpcCidrBlock', arn('ec2', 'vpc/vpc-cidr-assoc-1')]],
    ],
    [
      'a route table by its association, and the subnet',
      'EC2',
      'DisassociateRouteTable',
      { AssociationId: 'rtbassoc-1' },
      [
        ['ec2:DisassociateRouteTable', arn('ec2', 'route-table/rtbassoc-1')],
        ['ec2:DisassociateRouteTable', arn('ec2', 'subnet/rtbassoc-1')],
      ],
    ],
    [
      'other groups of an instance',
      'EC2',
      'ModifyInstanceAttribute',
      { InstanceId: 'i-1', Groups: ['sg-1'] },
      [
        ['ec2:ModifyInstanceAttribute', arn('ec2', 'instance/i-1')],
        ['ec2:ModifyInstanceAttribute', arn('ec2', 'security-group/sg-1')],
      ],
    ],
    ['interfaces', 'EC2', 'DescribeNetworkInterfaces', {}, [['ec2:DescribeNetworkInterfaces', '*']]],
    [
      'an attribute of a VPC',
      'EC2',
      'DescribeVpcAttribute',
      { VpcId: 'vpc-1', Attribute: 'enableDnsSupport' },
      [['ec2:DescribeVpcAttribute', arn('ec2', 'vpc/vpc-1')]],
    ],
    [
      'a security group by its name, which is everything',
      'EC2',
      'AuthorizeSecurityGroupIngress',
      { GroupName: 'a' },
      [['ec2:AuthorizeSecurityGroupIngress', '*']],
    ],
    [
      'a security group with tags',
      'EC2',
      'CreateSecurityGroup',
      {
        VpcId: 'vpc-1',
        TagSpecifications: [{ ResourceType: 'security-group', Tags: [{ Key: 'a', Value: 'b' }] }],
      },
      [
        ['ec2:CreateSecurityGroup', arn('ec2', 'security-group/*')],
        ['ec2:CreateSecurityGroup', arn('ec2', 'vpc/vpc-1')],
        ['ec2:CreateTags', arn('ec2', 'security-group/*')],
      ],
    ],
    [
      'tags on what exists',
      'EC2',
      'CreateTags',
      { Resources: ['i-1', 'vol-1', 'ami-1', 'eipalloc-1'], Tags: [{ Key: 'a', Value: 'b' }] },
      [
        ['ec2:CreateTags', arn('ec2', 'instance/i-1')],
        ['ec2:CreateTags', arn('ec2', 'volume/vol-1')],
        ['ec2:CreateTags', arn('ec2', 'image/ami-1', '')],
        ['ec2:CreateTags', arn('ec2', 'elastic-ip/eipalloc-1')],
      ],
    ],
    [
      'a launch, for all that it uses and makes',
      'EC2',
      'RunInstances',
      {
        ImageId: 'ami-1',
        SubnetId: 'subnet-1',
        SecurityGroupIds: ['sg-1', 'sg-2'],
        TagSpecifications: [
          { ResourceType: 'instance', Tags: [{ Key: 'a', Value: 'b' }] },
          { ResourceType: 'volume', Tags: [] },
        ],
      },
      [
        ['ec2:RunInstances', arn('ec2', 'instance/*')],
        ['ec2:RunInstances', arn('ec2', 'image/ami-1', '')],
        ['ec2:RunInstances', arn('ec2', 'volume/*')],
        ['ec2:RunInstances', arn('ec2', 'network-interface/*')],
        ['ec2:RunInstances', arn('ec2', 'security-group/sg-1')],
        ['ec2:RunInstances', arn('ec2', 'security-group/sg-2')],
        ['ec2:RunInstances', arn('ec2', 'subnet/subnet-1')],
        ['ec2:CreateTags', arn('ec2', 'instance/*')],
      ],
    ],
    [
      'a balancer with tags',
      'ElasticLoadBalancingV2',
      'CreateLoadBalancer',
      { Name: 'web', Tags: [{ Key: 'a', Value: 'b' }] },
      [
        ['elasticloadbalancing:CreateLoadBalancer', balancing('loadbalancer/app/web/*')],
        ['elasticloadbalancing:AddTags', balancing('loadbalancer/app/web/*')],
      ],
    ],
    [
      'a target group without tags',
      'ElasticLoadBalancingV2',
      'CreateTargetGroup',
      { Name: 'web' },
      [['elasticloadbalancing:CreateTargetGroup', balancing('targetgroup/web/*')]],
    ],
    [
      'a listener with tags, which is its balancer’s',
      'ElasticLoadBalancingV2',
      'CreateListener',
      { LoadBalancerArn: balancing('loadbalancer/app/web/1'), Tags: [{ Key: 'a', Value: 'b' }] },
      [
        ['elasticloadbalancing:CreateListener', balancing('loadbalancer/app/web/1')],
        ['elasticloadbalancing:AddTags', balancing('listener/app/web/1/*')],
      ],
    ],
    [
      'targets of a group',
      'ElasticLoadBalancingV2',
      'RegisterTargets',
      { TargetGroupArn: balancing('targetgroup/web/1') },
      [['elasticloadbalancing:RegisterTargets', balancing('targetgroup/web/1')]],
    ],
    [
      'tags of several resources',
      'ElasticLoadBalancingV2',
      'RemoveTags',
      { ResourceArns: [balancing('targetgroup/web/1'), balancing('listener/app/web/1/2')], TagKeys: ['a'] },
      [
        ['elasticloadbalancing:RemoveTags', balancing('targetgroup/web/1')],
        ['elasticloadbalancing:RemoveTags', balancing('listener/app/web/1/2')],
      ],
    ],
    [
      'the health of targets, which no resource restricts',
      'ElasticLoadBalancingV2',
      'DescribeTargetHealth',
      { TargetGroupArn: balancing('targetgroup/web/1') },
      [['elasticloadbalancing:DescribeTargetHealth', '*']],
    ],
  ])('%s', (_, client, command, input, expected) => {
    expect(pairs(`${client}Client`, command, input)).toEqual(expected);
  });

  const contexts = (client: string, command: string, input: unknown) =>
    needsOf({ client, command, input }, place).map(({ context }) => context);

  it('tells the partition keys, of a transaction’s items all', () => {
    expect(
      contexts('DynamoDBClient', 'TransactWriteItemsCommand', {
        TransactItems: [
          { Put: { TableName: 'record', Item: key('a') } },
          { Put: { TableName: 'record', Item: key('b') } },
        ],
      }),
    ).toEqual([{ 'dynamodb:leadingkeys': ['a', 'b'], 'dynamodb:enclosingoperation': 'TransactWriteItems' }]);
  });

  it('tells the partition key that a query asks for, in an index too', () => {
    expect(
      contexts('DynamoDBClient', 'QueryCommand', {
        TableName: 'record',
        IndexName: 'work',
        KeyConditionExpression: '#w = :w AND wsk < :now',
        ExpressionAttributeNames: { '#w': 'wpk' },
        ExpressionAttributeValues: { ':w': { S: 'W#3' }, ':now': { S: 'x' } },
      }),
    ).toEqual([{ 'dynamodb:leadingkeys': ['W#3'] }]);
  });

  it('tells who makes tags, and which', () => {
    const [group, vpc, tags] = contexts('EC2Client', 'CreateSecurityGroupCommand', {
      VpcId: 'vpc-1',
      TagSpecifications: [{ ResourceType: 'security-group', Tags: [{ Key: 'Tenant', Value: 't1' }] }],
    });
    const asked = { 'aws:requesttag/tenant': 't1', 'aws:tagkeys': ['Tenant'] };
    expect(group).toEqual(asked);
    expect(vpc).toEqual({});
    expect(tags).toEqual({ 'ec2:createaction': 'CreateSecurityGroup', ...asked });
  });

  it('tells which tags a balancer is made with, and by which action', () => {
    const [balancer, tags] = contexts('ElasticLoadBalancingV2Client', 'CreateLoadBalancerCommand', {
      Name: 'web',
      Tags: [{ Key: 'Tenant', Value: 't1' }],
    });
    const asked = { 'aws:requesttag/tenant': 't1', 'aws:tagkeys': ['Tenant'] };
    expect(balancer).toEqual(asked);
    expect(tags).toEqual({ 'elasticloadbalancing:createaction': 'CreateLoadBalancer', ...asked });
  });

  it('tells how an instance is to be launched', () => {
    const [instance, , volume] = contexts('EC2Client', 'RunInstancesCommand', {
      InstanceType: 't3.micro',
      MetadataOptions: { HttpTokens: 'required' },
      BlockDeviceMappings: [{ Ebs: { Encrypted: true, VolumeSize: 8 } }],
    });
    expect(instance).toMatchObject({ 'ec2:instancetype': 't3.micro', 'ec2:metadatahttptokens': 'required' });
    expect(volume).toMatchObject({ 'ec2:encrypted': 'true', 'ec2:volumesize': '8' });
  });

  it('refuses a client that it was never told about', () => {
    expect(() => pairs('GlacierClient', 'ListVaults', {})).toThrow('GlacierClient is not known');
  });
});
