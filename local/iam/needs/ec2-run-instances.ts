import type { RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import type { ConditionContext, Need, Place } from '../request.ts';
import { ec2Arn } from './ec2-resources.ts';
import { createTagsNeeds, tagContext, tagsOfType } from './ec2-tags.ts';

const present = (context: Record<string, string | number | boolean | undefined>): ConditionContext =>
  Object.fromEntries(
    Object.entries(context).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
  );

const instanceContext = (input: RunInstancesCommandInput): ConditionContext =>
  present({
    'ec2:instancetype': input.InstanceType,
    'ec2:availabilityzone': input.Placement?.AvailabilityZone,
    'ec2:tenancy': input.Placement?.Tenancy ?? 'default',
    'ec2:ebsoptimized': input.EbsOptimized ?? false,
    'ec2:metadatahttpendpoint': input.MetadataOptions?.HttpEndpoint ?? 'enabled',
    'ec2:metadatahttptokens': input.MetadataOptions?.HttpTokens,
    'ec2:metadatahttpputresponsehoplimit': input.MetadataOptions?.HttpPutResponseHopLimit,
  });

/**
 * A launch is checked against everything it uses and everything it creates, each on its own.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExamplePolicies_EC2.html#iam-example-runinstances
 */
export const runInstances = (input: RunInstancesCommandInput, place: Place): Need[] => {
  const need = (type: string, id?: string, context: ConditionContext = {}): Need => ({
    action: 'ec2:RunInstances',
    resources: [ec2Arn(place, type, id)],
    context: {
      'ec2:islaunchtemplateresource': 'false',
      ...context,
      ...(id === undefined ? tagContext(tagsOfType(input.TagSpecifications, type)) : {}),
    },
  });
  const disks = (input.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => (Ebs ? [Ebs] : []));
  const volumes = (disks.length > 0 ? disks : [{}]).map((disk) =>
    need('volume', undefined, {
      ...present({
        'ec2:encrypted': disk.Encrypted ?? false,
        'ec2:volumesize': disk.VolumeSize,
        'ec2:volumetype': disk.VolumeType,
      }),
    }),
  );
  const groups = [
    ...(input.SecurityGroupIds ?? []),
    ...(input.NetworkInterfaces ?? []).flatMap(({ Groups = [] }) => Groups),
  ];
  const subnets = [input.SubnetId, ...(input.NetworkInterfaces ?? []).map(({ SubnetId }) => SubnetId)].filter(
    (id) => id !== undefined,
  );
  return [
    need('instance', undefined, instanceContext(input)),
    need('image', input.ImageId ?? '*'),
    ...volumes,
    need('network-interface'),
    ...(groups.length > 0 ? groups : ['*']).map((id) => need('security-group', id)),
    ...(subnets.length > 0 ? subnets : ['*']).map((id) => need('subnet', id)),
    ...(input.KeyName ? [need('key-pair', input.KeyName)] : []),
    ...createTagsNeeds('RunInstances', input.TagSpecifications, place),
  ];
};
