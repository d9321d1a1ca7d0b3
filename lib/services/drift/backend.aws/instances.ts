import { DescribeInstancesCommand, type Instance } from '@aws-sdk/client-ec2';
import { tagKeys, tagOf } from '../../../platform/aws/ec2/tags.ts';
import type { CloudThing } from '../backend.ts';
import { ownerOf, togetherOf } from './owner.ts';
import { type Ec2Source, ofStage, pageSize, pagesOf } from './pages.ts';

const ending: ReadonlySet<string> = new Set(['shutting-down', 'terminated']);

const thingOf = (instance: Instance): CloudThing => {
  const state = instance.State?.Name ?? 'pending';
  return {
    kind: 'INSTANCE',
    cloud_id: instance.InstanceId ?? '',
    owner: ownerOf(instance, ['INSTANCE'], tagKeys.instance),
    together: togetherOf(instance, instance.InstanceId),
    made_at: instance.LaunchTime?.getTime(),
    is_ending: ending.has(state),
    facts: {
      state,
      type: instance.InstanceType,
      group_ids: (instance.SecurityGroups ?? []).map(({ GroupId = '' }) => GroupId).sort(),
      ports: tagOf(instance, tagKeys.publishedPorts),
    },
  };
};

/** Machines, ended ones included for about an hour. */
export async function* instancePages(
  { read, stage }: Ec2Source,
  signal: AbortSignal,
): AsyncGenerator<CloudThing[]> {
  const pages = pagesOf(async (NextToken) => {
    const command = new DescribeInstancesCommand({
      Filters: ofStage(stage),
      MaxResults: pageSize,
      NextToken,
    });
    const output = await read(
      'DescribeInstances',
      (client) => client.send(command, { abortSignal: signal }),
      signal,
    );
    return {
      things: (output.Reservations ?? []).flatMap(({ Instances = [] }) => Instances),
      next: output.NextToken,
    };
  });
  for await (const page of pages) yield page.map(thingOf);
}
