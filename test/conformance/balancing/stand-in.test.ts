import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LoadBalancing } from '../../../lib/services/load-balancers/backend.ts';
import { launchEcho, makeNetwork, type Network } from './cloud.ts';
import { type StandInCloud, startStandIn } from './stand-in-cloud.ts';
import {
  balancingOn,
  balancingSuite,
  makeBalancer,
  membersOf,
  newOwner,
  observe,
  refOf,
  settings,
  signal,
} from './suite.ts';

balancingSuite('the stand-in', startStandIn);

/** The SDK, or what stands in for its retries, tries a call this often. */
const attempts = 3;

const certificate = 'arn:aws:acm:us-east-1:000000000000:certificate/01234567-89ab-cdef-0123-456789abcdef';

describe('the ELBv2 adapter under ELBv2’s own rules', () => {
  let cloud: StandInCloud;
  let balancing: LoadBalancing;
  let network: Network;

  beforeAll(async () => {
    cloud = await startStandIn();
    balancing = balancingOn(cloud);
    network = await makeNetwork(cloud);
  });
  afterEach(() => {
    cloud.balancers.faults.clear();
    cloud.machines.faults.clear();
  });
  afterAll(() => cloud?.stop());

  const made = (balancerId: string) => cloud.balancers.inspect().find(({ arn }) => arn === balancerId);

  it('finds the balancer that a repeat would make, also for an owner who renamed it', async () => {
    const { owner, request, balancerId } = await makeBalancer(balancing, network);
    expect(await balancingOn(cloud).createBalancer(request, signal)).toBe(balancerId);
    const renamed = { ...request, owner: { ...owner, name: 'renamed' } };
    expect(await balancing.createBalancer(renamed, signal)).toBe(balancerId);
  });

  it('finds the balancer of its name where the settings differ', async () => {
    const { request, balancerId } = await makeBalancer(balancing, network);
    expect(await balancing.createBalancer({ ...request, internal: true }, signal)).toBe(balancerId);
  });

  it('speaks HTTPS where there is a certificate, and HTTP again without', async () => {
    const { owner, balancerId } = await makeBalancer(balancing, network);
    const groupId = await balancing.createGroup({ owner, weight: 1, vpcId: network.vpcId }, signal);
    const listener = { port: 8443, shares: [{ groupId, share: 1 }] };
    await balancing.createListener(owner, balancerId, { ...listener, certificate }, signal);
    const ref = refOf(owner, { providerId: balancerId });
    const seen = (await observe(balancing, ref)).listener;
    expect([seen?.certificate, made(balancerId)?.listeners[0]?.protocol]).toEqual([certificate, 'HTTPS']);
    await balancing.updateListener(seen?.id as string, listener, signal);
    const after = (await observe(balancing, ref)).listener;
    expect([after?.certificate, made(balancerId)?.listeners[0]?.protocol]).toEqual([undefined, 'HTTP']);
  });

  it('registers a machine at several ports, and tells them apart', async () => {
    const owner = newOwner();
    const groupId = await balancing.createGroup({ owner, weight: 1, vpcId: network.vpcId }, signal);
    const machineId = await launchEcho(cloud, network);
    const members = [8080, 9090].map((port) => ({ machineId, port }));
    await balancing.register(groupId, members, signal);
    await balancing.deregister(groupId, members.slice(1), signal);
    expect(await membersOf(balancing, owner, groupId)).toEqual(members.slice(0, 1));
  });

  it('does not register a machine that is not running: it is not ready', async () => {
    const owner = newOwner();
    const groupId = await balancing.createGroup({ owner, weight: 1, vpcId: network.vpcId }, signal);
    const members = [{ machineId: 'i-0123456789abcdef0', port: 80 }];
    await expect(balancing.register(groupId, members, signal)).rejects.toMatchObject({ failure: 'not_yet' });
    await balancing.deregister(groupId, members, signal);
  });

  it('keeps a security group until the balancer’s interfaces are gone', async () => {
    const { balancerId, securityGroup } = await makeBalancer(balancing, network);
    const held = balancing.deleteSecurityGroup(securityGroup, signal);
    await expect(held).rejects.toMatchObject({ failure: 'not_yet' });
    await balancing.deleteBalancer(balancerId, signal);
  });

  describe('a failure', () => {
    const request = () => ({ owner: newOwner(), weight: 1, vpcId: network.vpcId });

    it.each(['before', 'after'] as const)(
      '%s the effect is ambiguous, and the repeat makes one',
      async (kind) => {
        const group = request();
        cloud.balancers.faults.add({ action: 'CreateTargetGroup', kind, times: attempts });
        await expect(balancing.createGroup(group, signal)).rejects.toMatchObject({ failure: 'ambiguous' });
        const id = await balancing.createGroup(group, signal);
        const ref = refOf(group.owner, { groups: [{ weight: 1 }], byName: true });
        expect((await observe(balancing, ref)).groups.get(1)?.id).toBe(id);
      },
    );

    it('to answer a read is no failure of the balancer', async () => {
      const { owner, balancerId } = await makeBalancer(balancing, network);
      cloud.balancers.faults.add({ action: 'DescribeLoadBalancers', kind: 'before', times: attempts });
      const seen = balancing.observe([refOf(owner, { providerId: balancerId })], signal);
      await expect(seen).rejects.toMatchObject({ failure: 'ambiguous' });
    });

    it.each(['DescribeTargetHealth', 'ModifyTargetGroup', 'RegisterTargets'])(
      'for too many requests to %s is a throttle',
      async (action) => {
        const group = request();
        const id = await balancing.createGroup(group, signal);
        cloud.balancers.faults.add({ action, kind: 'throttle' });
        const calls: Record<string, () => Promise<unknown>> = {
          DescribeTargetHealth: () => observe(balancing, refOf(group.owner, { groups: [{ weight: 1, id }] })),
          ModifyTargetGroup: () => balancing.configureGroup(id, settings, signal),
          RegisterTargets: () => balancing.register(id, [{ machineId: 'i-1', port: 80 }], signal),
        };
        await expect(calls[action]?.()).rejects.toMatchObject({ failure: 'throttled' });
      },
    );

    it('names the account’s limit, and is final', async () => {
      const { request: balancer } = await makeBalancer(balancing, network);
      cloud.balancers.setAccountLimits({ balancers: 0 });
      try {
        const refused = balancing.createBalancer({ ...balancer, owner: newOwner() }, signal);
        await expect(refused).rejects.toMatchObject({
          failure: 'exhausted',
          publicMessage: expect.stringMatching(/TooManyLoadBalancers.*load balancers/),
        });
      } finally {
        cloud.balancers.setAccountLimits({ balancers: 2_000 });
      }
    });

    it('for want of rights names no role and no account', async () => {
      cloud.balancers.faults.add({
        action: 'CreateTargetGroup',
        kind: 'before',
        error: { code: 'AccessDenied', message: 'arn:aws:iam::1:role/x may not', statusCode: 403 },
      });
      await expect(balancing.createGroup(request(), signal)).rejects.toMatchObject({
        failure: 'broken',
        publicMessage: 'Elastic Load Balancing failed (AccessDenied)',
      });
    });
  });
});
