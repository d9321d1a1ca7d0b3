import { randomUUID } from 'node:crypto';
import { DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import {
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unlimited } from '../../../lib/platform/aws/call-budget.ts';
import { newId } from '../../../lib/platform/ids.ts';
import { createElbLoadBalancing } from '../../../lib/services/load-balancers/backend.elbv2.ts';
import type {
  BalancerRef,
  LoadBalancing,
  ObservedBalancer,
  Owner,
} from '../../../lib/services/load-balancers/backend.ts';
import { defaultHealthCheck } from '../../../lib/services/load-balancers/schema.ts';
import { type Cloud, launchEcho, makeNetwork, type Network } from './cloud.ts';

/** A fresh adapter, which remembers nothing, as after a cold start. */
export const balancingOn = ({ elb, ec2 }: Pick<Cloud, 'elb' | 'ec2'>): LoadBalancing =>
  createElbLoadBalancing({ elb, ec2, budget: unlimited, stage: 'test' });

export const signal = new AbortController().signal;

export const newOwner = (): Owner => ({ id: newId(), tenant: randomUUID(), name: 'web' });

export const settings = {
  healthCheck: { ...defaultHealthCheck, path: '/health?deep=1', interval_seconds: 7 },
  algorithm: 'least-conn' as const,
  drainingSeconds: 12,
};

export const refOf = (owner: Owner, change: Partial<BalancerRef> = {}): BalancerRef => ({
  id: owner.id,
  groups: [],
  byName: false,
  ...change,
});

/** A balancer with its security group, without a listener. */
export const makeBalancer = async (balancing: LoadBalancing, network: Network, owner = newOwner()) => {
  const securityGroup = await balancing.ensureSecurityGroup(
    { owner, vpcId: network.vpcId, port: 8080, from: '0.0.0.0/0' },
    signal,
  );
  const request = { owner, subnetIds: network.subnetIds, securityGroup, internal: false };
  return { owner, securityGroup, request, balancerId: await balancing.createBalancer(request, signal) };
};

export const observe = async (balancing: LoadBalancing, ref: BalancerRef): Promise<ObservedBalancer> => {
  const seen = (await balancing.observe([ref], signal)).get(ref.id);
  if (!seen) throw new Error('nothing was observed');
  return seen;
};

/** Who is registered in the group of weight 1, by port. */
export const membersOf = async (balancing: LoadBalancing, owner: Owner, groupId: string) => {
  const { groups } = await observe(balancing, refOf(owner, { groups: [{ weight: 1, id: groupId }] }));
  return (groups.get(1)?.members ?? [])
    .filter(({ state }) => state !== 'draining')
    .map(({ machineId, port }) => ({ machineId, port }))
    .sort((a, b) => a.port - b.port);
};

/**
 * What every implementation of ELBv2 must do with the adapter's calls. What moto leaves out (one balancer for a repeat,
 * several ports of a machine, health, draining, faults, limits, interfaces that hold a security group) is in
 * `stand-in.test.ts`.
 */
export const balancingSuite = (name: string, start: () => Promise<Cloud>): void => {
  describe(`the ELBv2 adapter on ${name}`, () => {
    let cloud: Cloud;
    let balancing: LoadBalancing;
    let network: Network;

    beforeAll(async () => {
      cloud = await start();
      balancing = balancingOn(cloud);
      network = await makeNetwork(cloud);
    });
    afterAll(() => cloud?.stop());

    const group = async (id: string) =>
      (await cloud.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] }))).SecurityGroups?.[0];

    const tagsOf = async (arn: string) => {
      const { TagDescriptions } = await cloud.elb.send(new DescribeTagsCommand({ ResourceArns: [arn] }));
      return TagDescriptions?.[0]?.Tags;
    };

    it('makes a security group that opens the port, and finds the same one for a repeat', async () => {
      const request = { owner: newOwner(), vpcId: network.vpcId, port: 8443, from: network.cidrBlock };
      const id = await balancing.ensureSecurityGroup(request, signal);
      expect(await balancingOn(cloud).ensureSecurityGroup(request, signal)).toBe(id);
      expect(await group(id)).toMatchObject({
        VpcId: network.vpcId,
        IpPermissions: [
          { IpProtocol: 'tcp', FromPort: 8443, ToPort: 8443, IpRanges: [{ CidrIp: network.cidrBlock }] },
        ],
        Tags: expect.arrayContaining([
          { Key: 'thecloud:stage', Value: 'test' },
          { Key: 'thecloud:resource', Value: request.owner.id },
        ]),
      });
    });

    it('makes a balancer in both zones', async () => {
      const { owner, balancerId, securityGroup } = await makeBalancer(balancing, network);
      const { LoadBalancers } = await cloud.elb.send(
        new DescribeLoadBalancersCommand({ LoadBalancerArns: [balancerId] }),
      );
      expect(LoadBalancers?.[0]).toMatchObject({
        LoadBalancerName: expect.stringMatching(/^tc-[0-9a-f]{29}$/),
        Scheme: 'internet-facing',
        Type: 'application',
        SecurityGroups: [securityGroup],
        VpcId: network.vpcId,
      });
      expect(LoadBalancers?.[0]?.AvailabilityZones?.map(({ SubnetId }) => SubnetId).sort()).toEqual(
        [...network.subnetIds].sort(),
      );
      expect(await tagsOf(balancerId)).toEqual(
        expect.arrayContaining([
          { Key: 'thecloud:stage', Value: 'test' },
          { Key: 'thecloud:tenant', Value: owner.tenant },
          { Key: 'thecloud:resource', Value: owner.id },
        ]),
      );
    });

    it('makes one that only its VPC reaches', async () => {
      const { request } = await makeBalancer(balancing, network);
      const internal = await balancing.createBalancer(
        { ...request, owner: newOwner(), internal: true },
        signal,
      );
      const { LoadBalancers } = await cloud.elb.send(
        new DescribeLoadBalancersCommand({ LoadBalancerArns: [internal] }),
      );
      expect(LoadBalancers?.[0]?.Scheme).toBe('internal');
    });

    it('finds a balancer by its id, by its name, and leaves out what is not there', async () => {
      const one = await makeBalancer(balancing, network);
      const other = await makeBalancer(balancing, network);
      const lost = newOwner();
      const gone = { id: one.balancerId.replace(/[0-9a-f]{4}$/, '0000'), owner: newOwner() };
      const seen = await balancing.observe(
        [
          refOf(one.owner, { providerId: one.balancerId }),
          refOf(other.owner, { byName: true }),
          refOf(lost, { byName: true }),
          refOf(gone.owner, { providerId: gone.id }),
        ],
        signal,
      );
      expect(seen.get(one.owner.id)?.balancer).toMatchObject({
        id: one.balancerId,
        dnsName: expect.any(String),
        state: expect.stringMatching(/^(provisioning|active)$/),
      });
      expect(seen.get(other.owner.id)?.balancer?.id).toBe(other.balancerId);
      for (const { id } of [lost, gone.owner]) expect(seen.get(id)?.balancer).toBeUndefined();
    });

    it('makes a target group for a weight, configures it, and finds the same one for a repeat', async () => {
      const owner = newOwner();
      const request = { owner, weight: 100, vpcId: network.vpcId };
      const id = await balancing.createGroup(request, signal);
      expect(await balancing.createGroup(request, signal)).toBe(id);
      for (let repeat = 0; repeat < 2; repeat++) await balancing.configureGroup(id, settings, signal);
      expect(await balancingOn(cloud).createGroup(request, signal)).toBe(id);
      const { TargetGroups } = await cloud.elb.send(
        new DescribeTargetGroupsCommand({ TargetGroupArns: [id] }),
      );
      expect(TargetGroups?.[0]).toMatchObject({
        Protocol: 'HTTP',
        TargetType: 'instance',
        VpcId: network.vpcId,
        HealthCheckPath: '/health?deep=1',
        HealthCheckIntervalSeconds: 7,
        HealthCheckTimeoutSeconds: 2,
        HealthyThresholdCount: 2,
        UnhealthyThresholdCount: 2,
        Matcher: { HttpCode: '200-499' },
      });
      const { Attributes } = await cloud.elb.send(
        new DescribeTargetGroupAttributesCommand({ TargetGroupArn: id }),
      );
      expect(Attributes).toEqual(
        expect.arrayContaining([
          { Key: 'deregistration_delay.timeout_seconds', Value: '12' },
          { Key: 'load_balancing.algorithm.type', Value: 'least_outstanding_requests' },
        ]),
      );
      const other = await balancing.createGroup({ ...request, weight: 1 }, signal);
      expect(other).not.toBe(id);
      const seen = await observe(
        balancing,
        refOf(owner, { groups: [{ weight: 100 }, { weight: 1, id: other }, { weight: 7 }], byName: true }),
      );
      expect([...seen.groups].map(([weight, { id: arn }]) => [weight, arn])).toEqual([
        [100, id],
        [1, other],
      ]);
    });

    it('makes a listener that weighs groups, and changes the weights', async () => {
      const { owner, balancerId } = await makeBalancer(balancing, network);
      const [light, heavy] = await Promise.all(
        [1, 3].map((weight) => balancing.createGroup({ owner, weight, vpcId: network.vpcId }, signal)),
      );
      const shares = (...all: number[]) => [
        { groupId: light as string, share: all[0] as number },
        { groupId: heavy as string, share: all[1] as number },
      ];
      const ref = refOf(owner, { providerId: balancerId });
      expect((await observe(balancing, ref)).listener).toBeUndefined();
      await balancing.createListener(owner, balancerId, { port: 8080, shares: shares(1, 3) }, signal);
      const { listener } = await observe(balancing, ref);
      expect(listener).toMatchObject({ port: 8080, shares: shares(1, 3) });
      const id = listener?.id as string;
      for (let repeat = 0; repeat < 2; repeat++)
        await balancing.updateListener(id, { port: 8080, shares: shares(0, 999) }, signal);
      expect((await observe(balancing, ref)).listener).toMatchObject({ id, shares: shares(0, 999) });
    });

    it('registers machines at a port of theirs and takes them out, each of it twice', async () => {
      const { owner, balancerId } = await makeBalancer(balancing, network);
      const groupId = await balancing.createGroup({ owner, weight: 1, vpcId: network.vpcId }, signal);
      await balancing.configureGroup(groupId, { ...settings, drainingSeconds: 0 }, signal);
      const listener = { port: 8081, shares: [{ groupId, share: 1 }] };
      await balancing.createListener(owner, balancerId, listener, signal);
      const members = [];
      for (const port of [8080, 9090]) members.push({ machineId: await launchEcho(cloud, network), port });
      const registered = () => membersOf(balancing, owner, groupId);
      for (let repeat = 0; repeat < 2; repeat++) await balancing.register(groupId, members, signal);
      expect(await registered()).toEqual(members);
      for (let repeat = 0; repeat < 2; repeat++)
        await balancing.deregister(groupId, members.slice(0, 1), signal);
      expect(await registered()).toEqual(members.slice(1));
    });

    it('takes all of it apart, and each part twice', async () => {
      const { owner, balancerId, securityGroup } = await makeBalancer(balancing, network);
      const groupId = await balancing.createGroup({ owner, weight: 1, vpcId: network.vpcId }, signal);
      await balancing.createListener(
        owner,
        balancerId,
        { port: 8082, shares: [{ groupId, share: 1 }] },
        signal,
      );
      await expect(balancing.deleteGroup(groupId, signal)).rejects.toMatchObject({ failure: 'not_yet' });
      for (let repeat = 0; repeat < 2; repeat++) {
        await balancing.deleteBalancer(balancerId, signal);
        await balancing.deleteGroup(groupId, signal);
        await balancing.deleteSecurityGroup(securityGroup, signal);
      }
      const seen = await observe(
        balancing,
        refOf(owner, { byName: true, vpcId: network.vpcId, groups: [{ weight: 1 }] }),
      );
      expect([seen.balancer, seen.listener, seen.groups.size, seen.securityGroup]).toEqual([
        undefined,
        undefined,
        0,
        undefined,
      ]);
    });
  });
};
