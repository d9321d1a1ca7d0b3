import {
  DescribeInstancesCommand,
  DescribeInternetGatewaysCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  type EC2Client,
  type Tag,
} from '@aws-sdk/client-ec2';
import {
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetServiceQuotaCommand, type ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import type { CallBudget } from '../../platform/aws/call-budget.ts';
import { createEc2Calls } from '../../platform/aws/ec2/calls.ts';
import { chunks } from '../../platform/aws/ec2/chunks.ts';
import { tagKeys } from '../../platform/aws/ec2/tags.ts';
import type { CapacitySource, Gauge } from './backend.ts';

export interface AwsCapacityOptions {
  ec2: EC2Client;
  balancing: ElasticLoadBalancingV2Client;
  quotas: ServiceQuotasClient;
  sts: STSClient;
  budget: CallBudget;
}

/** Service and code of each limit, as Service Quotas has them. */
const limits = {
  vpcs: ['vpc', 'L-F678F1CE'],
  internet_gateways: ['vpc', 'L-A4707A72'],
  security_groups: ['vpc', 'L-E79EC296'],
  /** Running On-Demand Standard instances. */
  vcpus: ['ec2', 'L-1216C47A'],
  /** TiB of gp3 volumes. */
  volume_tib: ['ebs', 'L-7A658B76'],
  load_balancers: ['elasticloadbalancing', 'L-53DA6B97'],
} as const;

type Resource = keyof typeof limits;
type Count = Pick<Gauge, 'used' | 'ofTenants'>;

const pageSize = 1_000;
/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html */
const tagsPerCall = 20;
const gibInTib = 1_024;

const ownerKeys: ReadonlySet<string> = new Set([tagKeys.resource, tagKeys.instance, tagKeys.launchBatch]);

const isTenants = (tags: readonly { Key?: string }[] | undefined): boolean =>
  (tags ?? []).some(({ Key }) => ownerKeys.has(Key ?? ''));

const tallyOf = (things: readonly { Tags?: Tag[] }[]): Count => ({
  used: things.length,
  ofTenants: things.filter(({ Tags }) => isTenants(Tags)).length,
});

/** All pages of a description. */
const readAll = async <T>(
  page: (token: string | undefined) => Promise<{ items: T[] | undefined; next: string | undefined }>,
): Promise<T[]> => {
  const all: T[] = [];
  let token: string | undefined;
  do {
    const { items = [], next } = await page(token);
    all.push(...items);
    token = next || undefined;
  } while (token);
  return all;
};

/** Limits from Service Quotas; what there is, from EC2 and Elastic Load Balancing. */
export const createAwsCapacity = ({
  ec2,
  balancing,
  quotas,
  sts,
  budget,
}: AwsCapacityOptions): CapacitySource => {
  const calls = createEc2Calls(ec2, budget);

  const limitOf = async (resource: Resource, abortSignal: AbortSignal): Promise<number> => {
    const [ServiceCode, QuotaCode] = limits[resource];
    const { Quota } = await quotas.send(new GetServiceQuotaCommand({ ServiceCode, QuotaCode }), {
      abortSignal,
    });
    if (Quota?.Value === undefined) throw new Error(`Service Quotas names no limit of ${resource}`);
    return Quota.Value;
  };

  const vcpus = async (signal: AbortSignal): Promise<Count> => {
    const reservations = await readAll(async (NextToken) => {
      const command = new DescribeInstancesCommand({
        NextToken,
        MaxResults: pageSize,
        Filters: [{ Name: 'instance-state-name', Values: ['pending', 'running', 'stopping'] }],
      });
      const output = await calls.read(
        'DescribeInstances',
        (client) => client.send(command, { abortSignal: signal }),
        signal,
      );
      return { items: output.Reservations, next: output.NextToken };
    });
    const instances = reservations.flatMap(({ Instances = [] }) => Instances);
    const sum = (of: typeof instances) =>
      of.reduce(
        (total, { CpuOptions }) => total + (CpuOptions?.CoreCount ?? 0) * (CpuOptions?.ThreadsPerCore ?? 1),
        0,
      );
    return { used: sum(instances), ofTenants: sum(instances.filter(({ Tags }) => isTenants(Tags))) };
  };

  const volumes = async (signal: AbortSignal): Promise<Count> => {
    const found = await readAll(async (NextToken) => {
      const command = new DescribeVolumesCommand({
        NextToken,
        MaxResults: pageSize,
        Filters: [{ Name: 'volume-type', Values: ['gp3'] }],
      });
      const output = await calls.read(
        'DescribeVolumes',
        (client) => client.send(command, { abortSignal: signal }),
        signal,
      );
      return { items: output.Volumes, next: output.NextToken };
    });
    const sum = (of: typeof found) => of.reduce((total, { Size = 0 }) => total + Size, 0) / gibInTib;
    return { used: sum(found), ofTenants: sum(found.filter(({ Tags }) => isTenants(Tags))) };
  };

  const vpcs = async (signal: AbortSignal): Promise<Count> =>
    tallyOf(
      await readAll(async (NextToken) => {
        const command = new DescribeVpcsCommand({ NextToken, MaxResults: pageSize });
        const output = await calls.read(
          'DescribeVpcs',
          (client) => client.send(command, { abortSignal: signal }),
          signal,
        );
        return { items: output.Vpcs, next: output.NextToken };
      }),
    );

  const gateways = async (signal: AbortSignal): Promise<Count> =>
    tallyOf(
      await readAll(async (NextToken) => {
        const command = new DescribeInternetGatewaysCommand({ NextToken, MaxResults: pageSize });
        const output = await calls.read(
          'DescribeInternetGateways',
          (client) => client.send(command, { abortSignal: signal }),
          signal,
        );
        return { items: output.InternetGateways, next: output.NextToken };
      }),
    );

  const groups = async (signal: AbortSignal): Promise<Count> =>
    tallyOf(
      await readAll(async (NextToken) => {
        const command = new DescribeSecurityGroupsCommand({ NextToken, MaxResults: pageSize });
        const output = await calls.read(
          'DescribeSecurityGroups',
          (client) => client.send(command, { abortSignal: signal }),
          signal,
        );
        return { items: output.SecurityGroups, next: output.NextToken };
      }),
    );

  const balancers = async (abortSignal: AbortSignal): Promise<Count> => {
    const found = await readAll(async (Marker) => {
      const output = await balancing.send(new DescribeLoadBalancersCommand({ Marker }), { abortSignal });
      return { items: output.LoadBalancers, next: output.NextMarker };
    });
    const arns = found.flatMap(({ LoadBalancerArn, Type }) =>
      LoadBalancerArn && Type === 'application' ? [LoadBalancerArn] : [],
    );
    let ofTenants = 0;
    for (const ResourceArns of chunks(arns, tagsPerCall)) {
      const { TagDescriptions = [] } = await balancing.send(new DescribeTagsCommand({ ResourceArns }), {
        abortSignal,
      });
      ofTenants += TagDescriptions.filter(({ Tags }) => isTenants(Tags)).length;
    }
    return { used: arns.length, ofTenants };
  };

  const counts: Record<Resource, (signal: AbortSignal) => Promise<Count>> = {
    vpcs,
    internet_gateways: gateways,
    security_groups: groups,
    vcpus,
    volume_tib: volumes,
    load_balancers: balancers,
  };

  return {
    async account(abortSignal) {
      const { Account } = await sts.send(new GetCallerIdentityCommand({}), { abortSignal });
      if (!Account) throw new Error('STS names no account');
      return Account;
    },

    measure: (signal) =>
      Promise.all(
        (Object.keys(limits) as Resource[]).map(async (resource): Promise<Gauge> => {
          const [limit, count] = await Promise.all([limitOf(resource, signal), counts[resource](signal)]);
          return { resource, limit, ...count };
        }),
      ),
  };
};
