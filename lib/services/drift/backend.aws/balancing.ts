import {
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  type ElasticLoadBalancingV2Client,
  type LoadBalancer,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { CallBudget } from '../../../platform/aws/call-budget.ts';
import { chunks } from '../../../platform/aws/ec2/chunks.ts';
import { backendError } from '../../../platform/aws/ec2/failures.ts';
import { tagKeys, tagOf } from '../../../platform/aws/ec2/tags.ts';
import type { CloudThing } from '../backend.ts';
import { madeForRecordAt, ownerOf } from './owner.ts';
import { pagesOf } from './pages.ts';

export interface ElbSource {
  client: ElasticLoadBalancingV2Client;
  budget: CallBudget;
  stage: string;
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancers.html */
const pageSize = 400;
/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html */
const tagsPerCall = 20;
/** What the names of the platform's balancers and target groups begin with, so that no others' tags are asked for. */
const ourPrefix = 'tc-';

type Tagged<T> = T & { Tags: { Key: string; Value?: string }[] };

const reader = ({ client, budget }: ElbSource, signal: AbortSignal) => {
  return async <T>(call: (client: ElasticLoadBalancingV2Client) => Promise<T>): Promise<T> => {
    try {
      await budget.take('ElbDescribe', signal);
      return await call(client);
    } catch (error) {
      throw backendError(error, false);
    }
  };
};

/** ELBv2 filters by no tag: those whose name is the platform's are asked for theirs, twenty at a time. */
const tagged = async <T>(
  source: ElbSource,
  things: readonly T[],
  arnOf: (thing: T) => string | undefined,
  signal: AbortSignal,
): Promise<Tagged<T>[]> => {
  const read = reader(source, signal);
  const byArn = new Map<string, { Key: string; Value?: string }[]>();
  for (const ResourceArns of chunks(
    things.flatMap((thing) => arnOf(thing) ?? []),
    tagsPerCall,
  )) {
    const command = new DescribeTagsCommand({ ResourceArns });
    const { TagDescriptions = [] } = await read((elb) => elb.send(command, { abortSignal: signal }));
    for (const { ResourceArn = '', Tags = [] } of TagDescriptions)
      byArn.set(
        ResourceArn,
        Tags.map(({ Key = '', Value }) => ({ Key, Value })),
      );
  }
  return things
    .map((thing) => ({ ...thing, Tags: byArn.get(arnOf(thing) ?? '') ?? [] }))
    .filter((thing) => tagOf(thing, tagKeys.stage) === source.stage);
};

const isOurs = (name: string | undefined): boolean => name?.startsWith(ourPrefix) ?? false;

const balancerThing = (balancer: Tagged<LoadBalancer>): CloudThing => {
  const owner = ownerOf(balancer, ['LOAD_BALANCER']);
  return {
    kind: 'LOAD_BALANCER',
    cloud_id: balancer.LoadBalancerArn ?? '',
    owner,
    made_at: balancer.CreatedTime?.getTime() ?? madeForRecordAt(owner),
    is_ending: false,
    facts: { state: balancer.State?.Code, group_ids: balancer.SecurityGroups?.toSorted() },
  };
};

export async function* balancerPages(source: ElbSource, signal: AbortSignal): AsyncGenerator<CloudThing[]> {
  const read = reader(source, signal);
  const pages = pagesOf(async (Marker) => {
    const command = new DescribeLoadBalancersCommand({ PageSize: pageSize, Marker });
    const output = await read((elb) => elb.send(command, { abortSignal: signal }));
    return { things: output.LoadBalancers, next: output.NextMarker };
  });
  for await (const page of pages) {
    const ours = page.filter(({ LoadBalancerName }) => isOurs(LoadBalancerName));
    const all = await tagged(source, ours, ({ LoadBalancerArn }) => LoadBalancerArn, signal);
    yield all.map(balancerThing);
  }
}

const targetGroupThing = (group: Tagged<TargetGroup>): CloudThing => {
  const owner = ownerOf(group, ['LOAD_BALANCER']);
  return {
    kind: 'TARGET_GROUP',
    cloud_id: group.TargetGroupArn ?? '',
    owner,
    made_at: madeForRecordAt(owner),
    is_ending: false,
    facts: {},
  };
};

export async function* targetGroupPages(
  source: ElbSource,
  signal: AbortSignal,
): AsyncGenerator<CloudThing[]> {
  const read = reader(source, signal);
  const pages = pagesOf(async (Marker) => {
    const command = new DescribeTargetGroupsCommand({ PageSize: pageSize, Marker });
    const output = await read((elb) => elb.send(command, { abortSignal: signal }));
    return { things: output.TargetGroups, next: output.NextMarker };
  });
  for await (const page of pages) {
    const ours = page.filter(({ TargetGroupName }) => isOurs(TargetGroupName));
    const all = await tagged(source, ours, ({ TargetGroupArn }) => TargetGroupArn, signal);
    yield all.map(targetGroupThing);
  }
}
