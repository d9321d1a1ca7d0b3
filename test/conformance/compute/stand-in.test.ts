import { DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Compute } from '../../../lib/services/instances/backend.ts';
import type { StandInCloud } from './stand-in-cloud.ts';
import { startStandIn } from './stand-in-cloud.ts';
import {
  computeOn,
  computeSuite,
  groupOf,
  launched,
  launchRequest,
  newTenant,
  signal,
  untilState,
} from './suite.ts';

computeSuite('the stand-in', startStandIn);

/** The SDK, or what stands in for its retries, tries a call this often. */
const attempts = 3;

describe('the EC2 adapter under EC2’s own rules', () => {
  let cloud: StandInCloud;
  let compute: Compute;

  beforeAll(async () => {
    cloud = await startStandIn();
  });
  beforeEach(() => {
    compute = computeOn(cloud);
  });
  afterEach(() => cloud.controls.faults.clear());
  afterAll(() => cloud?.stop());

  const machinesOf = (tenant: string) =>
    cloud.controls.inspect().filter(({ tags }) => tags['thecloud:tenant'] === tenant);

  describe('a launch that is repeated', () => {
    it('gives the same machine', async () => {
      const request = await launchRequest(compute);
      const first = await launched(compute, request);
      const second = await launched(computeOn(cloud), request);
      expect([second.id, machinesOf(request.tenant)]).toEqual([first.id, [expect.anything()]]);
    });

    it('gives the same machine under a name that was changed in between', async () => {
      const request = await launchRequest(compute);
      const first = await launched(compute, request);
      const second = await launched(compute, { ...request, name: 'renamed' });
      expect(second.id).toBe(first.id);
    });

    it('is refused once that machine was terminated, and a fresh token launches anew', async () => {
      const request = await launchRequest(compute);
      const { id } = await launched(compute, request);
      await untilState(compute, id, 'running');
      await compute.terminate(id, signal);
      await untilState(compute, id, 'terminated');
      expect(await compute.launch(request, signal)).toMatchObject({ outcome: 'refused' });
      const fresh = await launched(compute, { ...request, token: `${request.id}-2` });
      expect(fresh.id).not.toBe(id);
    });

    it('is found by its token', async () => {
      const request = await launchRequest(compute);
      const machine = await launched(compute, request);
      const found = await compute.findByToken([request.token, 'nobodys'], signal);
      expect([...found].map(([token, { id }]) => [token, id])).toEqual([[request.token, machine.id]]);
    });
  });

  describe('a failure', () => {
    it('after the effect is ambiguous, and the repeat finds the one machine', async () => {
      const request = await launchRequest(compute);
      cloud.controls.faults.add({ action: 'RunInstances', kind: 'after', times: attempts });
      await expect(compute.launch(request, signal)).rejects.toMatchObject({ failure: 'ambiguous' });
      const machine = await launched(compute, request);
      expect(machinesOf(request.tenant).map(({ instanceId }) => instanceId)).toEqual([machine.id]);
    });

    it('before the effect is ambiguous too', async () => {
      const request = await launchRequest(compute);
      cloud.controls.faults.add({ action: 'RunInstances', kind: 'before', times: attempts });
      await expect(compute.launch(request, signal)).rejects.toMatchObject({ failure: 'ambiguous' });
      expect(machinesOf(request.tenant)).toEqual([]);
    });

    it('after a group was made leaves one group', async () => {
      const tenant = newTenant();
      cloud.controls.faults.add({ action: 'CreateSecurityGroup', kind: 'after', times: 1 });
      const first = await launchRequest(compute, { tenant, openPorts: [80] });
      const second = await launchRequest(computeOn(cloud), { tenant, openPorts: [80] });
      expect(groupOf(second.placement)).toBe(groupOf(first.placement));
    });

    it('between a group and its ports leaves no group shut', async () => {
      const tenant = newTenant();
      cloud.controls.faults.add({ action: 'AuthorizeSecurityGroupIngress', kind: 'before', times: attempts });
      await expect(launchRequest(compute, { tenant, openPorts: [80] })).rejects.toMatchObject({
        failure: 'ambiguous',
      });
      const { placement } = await launchRequest(computeOn(cloud), { tenant, openPorts: [80] });
      const { SecurityGroups } = await cloud.ec2.send(
        new DescribeSecurityGroupsCommand({ GroupIds: [groupOf(placement)] }),
      );
      expect(SecurityGroups?.[0]?.IpPermissions).toMatchObject([{ FromPort: 80, ToPort: 80 }]);
    });

    it.each(['RunInstances', 'StopInstances', 'DescribeInstances', 'DescribeImages'])(
      'for too many requests to %s is a throttle',
      async (action) => {
        const request = await launchRequest(computeOn(cloud));
        const { id } = await launched(compute, { ...request, token: `${request.id}-9` });
        cloud.controls.faults.add({ action, kind: 'throttle' });
        const calls: Record<string, () => Promise<unknown>> = {
          RunInstances: () => compute.launch(request, signal),
          StopInstances: () => compute.stop(id, signal),
          DescribeInstances: () => compute.describe([id], signal),
          DescribeImages: () => launchRequest(computeOn(cloud)),
        };
        await expect(calls[action]?.()).rejects.toMatchObject({ name: 'BackendError', failure: 'throttled' });
      },
    );

    it.each(['InsufficientInstanceCapacity', 'InsufficientFreeAddressesInSubnet'])(
      '%s refuses the launch, so that another zone may be tried',
      async (error) => {
        const request = await launchRequest(compute);
        cloud.controls.faults.add({ action: 'RunInstances', kind: 'before', error });
        expect(await compute.launch(request, signal)).toMatchObject({
          outcome: 'refused',
          zoneIsFull: true,
          reason: expect.stringContaining(error),
        });
      },
    );

    it('names the account’s limit', async () => {
      const limited = await startStandIn('roomy', {
        bootMilliseconds: 20,
        accountLimits: { vcpus: 2 },
      });
      try {
        const there = computeOn(limited);
        await launched(there, await launchRequest(there));
        await expect(there.launch(await launchRequest(there), signal)).rejects.toMatchObject({
          failure: 'exhausted',
          publicMessage: expect.stringContaining('VcpuLimitExceeded'),
        });
      } finally {
        await limited.stop();
      }
    });

    it('for want of rights names no role and no account', async () => {
      cloud.controls.faults.add({
        action: 'DescribeInstances',
        kind: 'before',
        error: { code: 'UnauthorizedOperation', message: 'arn:aws:iam::1:role/x may not', statusCode: 403 },
      });
      await expect(compute.describe(['i-0000000000000000a'], signal)).rejects.toMatchObject({
        failure: 'broken',
        publicMessage: 'EC2 failed (UnauthorizedOperation)',
      });
    });
  });

  it('keeps a group that a machine still uses', async () => {
    const tenant = newTenant();
    const request = await launchRequest(compute, { tenant, openPorts: [8080] });
    await launched(compute, request);
    await compute.releaseGroup(groupOf(request.placement), signal);
    const again = await launchRequest(computeOn(cloud), { tenant, openPorts: [8080] });
    expect(groupOf(again.placement)).toBe(groupOf(request.placement));
  });

  it('makes a new group when the one that it remembers was removed', async () => {
    const tenant = newTenant();
    const request = await launchRequest(compute, { tenant });
    await computeOn(cloud).releaseGroup(groupOf(request.placement), signal);
    expect(await compute.launch(request, signal)).toMatchObject({ outcome: 'refused' });
    const next = await launchRequest(compute, { tenant });
    expect(groupOf(next.placement)).not.toBe(groupOf(request.placement));
    await launched(compute, next);
  });

  it('sees a machine late where EC2 shows it late', async () => {
    const slow = await startStandIn('roomy', { bootMilliseconds: 1 });
    try {
      const there = computeOn(slow);
      const request = await launchRequest(there);
      slow.controls.setVisibilityDelay(60_000);
      const { id } = await launched(there, request);
      expect((await there.describe([id], signal)).size).toBe(0);
      await expect(there.stop(id, signal)).rejects.toMatchObject({ failure: 'not_yet' });
    } finally {
      await slow.stop();
    }
  });
});
