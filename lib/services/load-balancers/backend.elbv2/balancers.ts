import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  type LoadBalancer,
  type Tag,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { chunks } from '../../../platform/aws/ec2/chunks.ts';
import { BackendError } from '../../../platform/lifecycle/types.ts';
import type { BalancerRef, BalancerRequest, ObservedBalancer } from '../backend.ts';
import type { ElbCalls } from './calls.ts';
import { elbFailure, failedFor } from './failures.ts';
import { balancerName } from './names.ts';

type Seen = NonNullable<ObservedBalancer['balancer']>;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancers.html */
const maxArnsPerCall = 20;

const seenOf = ({ LoadBalancerArn, State, DNSName }: LoadBalancer): Seen => {
  const code = State?.Code;
  return {
    id: LoadBalancerArn as string,
    // `active_impaired` serves, but can not grow.
    state: code === 'failed' ? 'failed' : code === 'provisioning' ? 'provisioning' : 'active',
    dnsName: DNSName,
    reason: State?.Reason,
  };
};

/** Balancers by the ids of their records. ELBv2 refuses a whole call for one that it does not know; then each is asked for alone. */
export const createBalancers = (calls: ElbCalls, tagsOf: (owner: BalancerRequest['owner']) => Tag[]) => {
  const describe = async (
    of: { LoadBalancerArns: string[] } | { Names: string[] },
    signal: AbortSignal,
  ): Promise<LoadBalancer[] | undefined> => {
    try {
      const { LoadBalancers = [] } = await calls.attempt(
        'ElbDescribe',
        (client) => client.send(new DescribeLoadBalancersCommand(of), { abortSignal: signal }),
        signal,
      );
      return LoadBalancers;
    } catch (error) {
      if (failedFor(error, 'LoadBalancerNotFoundException')) return undefined;
      throw elbFailure(error);
    }
  };

  const byArn = async (arns: string[], signal: AbortSignal): Promise<LoadBalancer[]> => {
    const found = await describe({ LoadBalancerArns: arns }, signal);
    if (found) return found;
    if (arns.length === 1) return [];
    const alone = await Promise.all(arns.map((arn) => describe({ LoadBalancerArns: [arn] }, signal)));
    return alone.flatMap((balancers) => balancers ?? []);
  };

  return {
    async observe(refs: readonly BalancerRef[], signal: AbortSignal): Promise<Map<string, Seen>> {
      const known = refs.filter(({ providerId }) => providerId !== undefined);
      const unknown = refs.filter(({ providerId, byName }) => providerId === undefined && byName);
      const arns = known.map(({ providerId }) => providerId as string);
      const [pages, named] = await Promise.all([
        Promise.all([...chunks(arns, maxArnsPerCall)].map((chunk) => byArn(chunk, signal))),
        Promise.all(
          unknown.map(async ({ id }) => [id, await describe({ Names: [balancerName(id)] }, signal)] as const),
        ),
      ]);
      const seen = new Map(pages.flat().map((balancer) => [balancer.LoadBalancerArn, balancer]));
      const all: [string, LoadBalancer | undefined][] = [
        ...known.map(({ id, providerId }): [string, LoadBalancer | undefined] => [id, seen.get(providerId)]),
        ...named.map(([id, balancers]): [string, LoadBalancer | undefined] => [id, balancers?.[0]]),
      ];
      return new Map(all.flatMap(([id, balancer]) => (balancer ? [[id, seenOf(balancer)]] : [])));
    },

    async create(
      { owner, subnetIds, securityGroup, internal }: BalancerRequest,
      signal: AbortSignal,
    ): Promise<string> {
      const command = new CreateLoadBalancerCommand({
        Name: balancerName(owner.id),
        Type: 'application',
        Scheme: internal ? 'internal' : 'internet-facing',
        IpAddressType: 'ipv4',
        Subnets: [...subnetIds],
        SecurityGroups: [securityGroup],
        Tags: tagsOf(owner),
      });
      try {
        const { LoadBalancers = [] } = await calls.attempt(
          'ElbMutate',
          (client) => client.send(command, { abortSignal: signal }),
          signal,
        );
        const arn = LoadBalancers[0]?.LoadBalancerArn;
        if (arn) return arn;
      } catch (error) {
        if (!failedFor(error, 'DuplicateLoadBalancerNameException')) throw elbFailure(error);
        // The name is the record's alone: it was made before, and its owner has renamed it since.
        const [found] = (await describe({ Names: [balancerName(owner.id)] }, signal)) ?? [];
        if (found?.LoadBalancerArn) return found.LoadBalancerArn;
      }
      throw new BackendError('not_yet', 'waiting for the load balancer to become visible');
    },

    async delete(arn: string, signal: AbortSignal): Promise<void> {
      try {
        await calls.attempt(
          'ElbMutate',
          (client) =>
            client.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn }), { abortSignal: signal }),
          signal,
        );
      } catch (error) {
        if (!failedFor(error, 'LoadBalancerNotFoundException')) throw elbFailure(error);
      }
    },
  };
};
