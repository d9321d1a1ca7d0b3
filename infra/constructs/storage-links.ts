import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import {
  madeAtRunTime,
  madeOnEverything,
  ofThisStage,
  onEverything,
  taggedWithStage,
} from './compute-links.ts';
import { type Link, writtenArn } from './link.ts';
import type { Platform } from './platform.ts';

/** Bringing volumes and snapshots about on EBS, and volumes to instances. */
export const ebsControl = (scope: Construct, platform: Platform): Link => {
  const ec2 = (resource: string, account?: string): string =>
    Stack.of(scope).formatArn({ service: 'ec2', resource, resourceName: '*', account });
  const instances = ec2('instance');
  const volumes = ec2('volume');
  const snapshots = ec2('snapshot', '');
  const describe = onEverything(
    'ec2:DescribeVolumes',
    'ec2:DescribeSnapshots',
    ...madeOnEverything(platform, 'ec2:CreateVolume'),
  );
  return {
    wildcards: {
      ...describe.wildcards,
      [writtenArn('ec2', 'instance/*')]: madeAtRunTime,
      [writtenArn('ec2', 'volume/*')]: madeAtRunTime,
      [writtenArn('ec2', 'snapshot/*', { account: false })]: madeAtRunTime,
    },
    statements: [
      ...(describe.statements ?? []),
      new PolicyStatement({
        actions: ['ec2:CreateVolume'],
        resources: [volumes],
        conditions: taggedWithStage(platform),
      }),
      new PolicyStatement({
        // What a volume is restored from.
        actions: ['ec2:CreateVolume'],
        resources: [snapshots],
        conditions: ofThisStage(platform),
      }),
      new PolicyStatement({
        actions: ['ec2:CreateSnapshot'],
        resources: [snapshots],
        conditions: taggedWithStage(platform),
      }),
      new PolicyStatement({
        actions: ['ec2:CreateSnapshot', 'ec2:DeleteVolume', 'ec2:ModifyVolume'],
        resources: [volumes],
        conditions: ofThisStage(platform),
      }),
      new PolicyStatement({
        actions: ['ec2:AttachVolume', 'ec2:DetachVolume'],
        resources: [volumes, instances],
        conditions: ofThisStage(platform),
      }),
      new PolicyStatement({
        actions: ['ec2:DeleteSnapshot'],
        resources: [snapshots],
        conditions: ofThisStage(platform),
      }),
      new PolicyStatement({
        actions: ['ec2:CreateTags'],
        resources: [volumes, snapshots],
        conditions: { StringEquals: { 'ec2:CreateAction': ['CreateVolume', 'CreateSnapshot'] } },
      }),
    ],
  };
};
