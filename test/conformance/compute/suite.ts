import { randomUUID } from 'node:crypto';
import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
  type Instance,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unlimited } from '../../../lib/platform/aws/call-budget.ts';
import { systemClock } from '../../../lib/platform/clock.ts';
import { BackendError } from '../../../lib/platform/lifecycle/types.ts';
import { createEc2Compute, createEc2Fleet } from '../../../lib/services/instances/backend.ec2.ts';
import type {
  Compute,
  LaunchRequest,
  Machine,
  MachineState,
} from '../../../lib/services/instances/backend.ts';
import type { Image } from '../../../lib/services/instances/images.ts';
import type { Placement } from '../../../lib/services/instances/record.ts';
import { eventually } from '../../support/eventually.ts';
import type { Cloud } from './cloud.ts';

/** A fresh adapter, which remembers nothing, as after a cold start. */
export const computeOn = ({ ec2, ssm, vpcId, subnets }: Cloud): Compute =>
  createEc2Compute({
    ec2,
    ssm,
    budget: unlimited,
    clock: systemClock,
    stage: 'test',
    vpcId,
    subnets,
    homeZone: 'us-east-1b',
  });

export const signal = new AbortController().signal;

export const container: Image = { kind: 'container', reference: 'nginx:alpine' };

/** The group that the platform made for a machine. */
export const groupOf = ({ group_id }: Placement): string => {
  if (group_id === undefined) throw new Error('the placement names no group of the platform');
  return group_id;
};

export const newTenant = (): string => randomUUID();

/** Places and describes a launch, without making it. */
export const launchRequest = async (
  compute: Compute,
  change: Partial<LaunchRequest> & { openPorts?: number[]; image?: Image } = {},
): Promise<LaunchRequest> => {
  const { openPorts = [], image = container, ...request } = change;
  const tenant = request.tenant ?? newTenant();
  const instanceType = request.instanceType ?? 't3.micro';
  const { zone: _, ...placement } = await compute.place(
    { tenant, image, instanceType, openPorts, zoneTurn: 0 },
    signal,
  );
  const id = randomUUID();
  return { tenant, id, name: 'web', token: `${id}-1`, instanceType, placement, ...request };
};

export const launched = async (compute: Compute, request: LaunchRequest): Promise<Machine> => {
  const result = await compute.launch(request, signal);
  if (result.outcome !== 'launched') throw new Error(result.reason);
  return result.machine;
};

export const stateOf = async (compute: Compute, id: string): Promise<MachineState | undefined> =>
  (await compute.describe([id], signal)).get(id)?.state;

export const untilState = async (compute: Compute, id: string, state: MachineState): Promise<void> => {
  await eventually(`${id} is ${state}`, async () => (await stateOf(compute, id)) === state);
};

/**
 * What every implementation of EC2 must do with the adapter's calls. What moto leaves out (client tokens, the filter by
 * them, groups in use, faults, limits) is in `stand-in.test.ts`.
 */
export const computeSuite = (name: string, start: () => Promise<Cloud>): void => {
  describe(`the EC2 adapter on ${name}`, () => {
    let cloud: Cloud;
    let compute: Compute;

    beforeAll(async () => {
      cloud = await start();
      compute = computeOn(cloud);
    });
    afterAll(() => cloud?.stop());

    const instance = async (id: string): Promise<Instance | undefined> =>
      (await cloud.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))).Reservations?.[0]
        ?.Instances?.[0];

    const group = async (id: string) =>
      (await cloud.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] }))).SecurityGroups?.[0];

    describe('places a machine', () => {
      it('in the home zone first, and then in the others in turn', async () => {
        const tenant = newTenant();
        const zones = [];
        for (const zoneTurn of [0, 1, 2]) {
          const placed = await compute.place(
            { tenant, image: container, instanceType: 't3.micro', openPorts: [], zoneTurn },
            signal,
          );
          zones.push([placed.zone, placed.subnet_id]);
        }
        const [a, b] = cloud.subnets;
        expect(zones).toEqual([
          ['us-east-1b', b?.subnetId],
          ['us-east-1a', a?.subnetId],
          ['us-east-1b', b?.subnetId],
        ]);
      });

      it('in a group of its tenant that lets nobody in, the same one after a cold start', async () => {
        const tenant = newTenant();
        const first = await launchRequest(compute, { tenant });
        const second = await launchRequest(computeOn(cloud), { tenant });
        const other = await launchRequest(compute);
        expect(groupOf(second.placement)).toBe(groupOf(first.placement));
        expect(groupOf(other.placement)).not.toBe(groupOf(first.placement));
        expect(await group(groupOf(first.placement))).toMatchObject({
          VpcId: cloud.vpcId,
          IpPermissions: [],
          Tags: expect.arrayContaining([{ Key: 'thecloud:tenant', Value: tenant }]),
        });
      });

      it('in a group that opens just the ports that were asked for', async () => {
        const tenant = newTenant();
        const web = await launchRequest(compute, { tenant, openPorts: [80, 443] });
        const again = await launchRequest(computeOn(cloud), { tenant, openPorts: [80, 443] });
        const ssh = await launchRequest(compute, { tenant, openPorts: [22] });
        expect(groupOf(again.placement)).toBe(groupOf(web.placement));
        expect(groupOf(ssh.placement)).not.toBe(groupOf(web.placement));
        const open = (await group(groupOf(web.placement)))?.IpPermissions?.map((permission) => [
          permission.IpProtocol,
          permission.FromPort,
          permission.ToPort,
          permission.IpRanges?.map((range) => range.CidrIp),
          permission.UserIdGroupPairs,
        ]);
        expect(open?.sort((a, b) => Number(a[1]) - Number(b[1]))).toEqual([
          ['tcp', 80, 80, ['0.0.0.0/0'], []],
          ['tcp', 443, 443, ['0.0.0.0/0'], []],
        ]);
      });

      it('in one group also when two workers place at once', async () => {
        const tenant = newTenant();
        const place = () => launchRequest(computeOn(cloud), { tenant });
        const [a, b] = await Promise.all([place(), place()]);
        expect(groupOf(a.placement)).toBe(groupOf(b.placement));
      });
    });

    describe('launches machines together', () => {
      it('by one call, alike in all but id and address, with the batch in their tags', async () => {
        const request = { ...(await launchRequest(compute)), userData: '#!/bin/sh\n', count: 3 };
        const result = await compute.launchMany(request, signal);
        if (result.outcome !== 'launched') throw new Error(result.reason);
        const count = cloud.launchesTheLeast ? 1 : 3;
        expect([result.machines.length, result.complete]).toEqual([count, true]);
        expect(new Set(result.machines.map(({ id }) => id)).size).toBe(count);
        expect(new Set(result.machines.map(({ privateIp }) => privateIp)).size).toBe(count);
        for (const { id } of result.machines) {
          await untilState(compute, id, 'running');
          expect(await instance(id)).toMatchObject({
            SubnetId: request.placement.subnet_id,
            SecurityGroups: [{ GroupId: groupOf(request.placement) }],
            MetadataOptions: { HttpTokens: 'required' },
            Tags: expect.arrayContaining([
              { Key: 'Name', Value: 'web' },
              { Key: 'thecloud:stage', Value: 'test' },
              { Key: 'thecloud:tenant', Value: request.tenant },
              { Key: 'thecloud:launch-batch', Value: request.id },
            ]),
          });
        }
        const fleet: string[] = [];
        for await (const page of createEc2Fleet({ ec2: cloud.ec2, budget: unlimited, stage: 'test' }).pages(
          signal,
        ))
          fleet.push(...page.filter(({ launchBatch }) => launchBatch === request.id).map(({ id }) => id));
        expect(fleet.sort()).toEqual(result.machines.map(({ id }) => id).sort());
      });

      it('and stops, starts and ends them by one call each', async () => {
        const result = await compute.launchMany({ ...(await launchRequest(compute)), count: 3 }, signal);
        if (result.outcome !== 'launched') throw new Error(result.reason);
        const ids = result.machines.map(({ id }) => id);
        const all = (state: MachineState) => Promise.all(ids.map((id) => untilState(compute, id, state)));
        await all('running');
        await Promise.all(ids.map((id) => compute.stop(id, signal)));
        await all('stopped');
        await Promise.all(ids.map((id) => compute.start(id, signal)));
        await all('running');
        await Promise.all(ids.map((id) => compute.terminate(id, signal)));
        await all('terminated');
      });
    });

    describe('launches a machine', () => {
      it('with private address, IMDSv2 alone, an encrypted root volume, tags, and no default network', async () => {
        const request = await launchRequest(compute);
        const machine = await launched(compute, request);
        await untilState(compute, machine.id, 'running');
        const tags = [
          { Key: 'Name', Value: 'web' },
          { Key: 'thecloud:stage', Value: 'test' },
          { Key: 'thecloud:tenant', Value: request.tenant },
          { Key: 'thecloud:instance', Value: request.id },
        ];
        const seen = await instance(machine.id);
        expect(seen).toMatchObject({
          ImageId: request.placement.ami,
          InstanceType: 't3.micro',
          SubnetId: request.placement.subnet_id,
          VpcId: cloud.vpcId,
          SecurityGroups: [{ GroupId: groupOf(request.placement) }],
          MetadataOptions: { HttpTokens: 'required' },
          PrivateIpAddress: expect.stringMatching(/^10\.0\.1\.\d+$/),
          Tags: expect.arrayContaining(tags),
        });
        expect((await compute.describe([machine.id], signal)).get(machine.id)?.privateIp).toBe(
          seen?.PrivateIpAddress,
        );
        const root = seen?.BlockDeviceMappings?.find(
          ({ DeviceName }) => DeviceName === request.placement.root_device,
        );
        const { Volumes } = await cloud.ec2.send(
          new DescribeVolumesCommand({ VolumeIds: [root?.Ebs?.VolumeId as string] }),
        );
        expect(Volumes?.[0]?.Encrypted).toBe(true);
      });

      it('with its user data', async () => {
        const userData = '#!/bin/sh\necho "grüße"\n';
        const machine = await launched(compute, await launchRequest(compute, { userData }));
        const { UserData } = await cloud.ec2.send(
          new DescribeInstanceAttributeCommand({ InstanceId: machine.id, Attribute: 'userData' }),
        );
        expect(Buffer.from(UserData?.Value ?? '', 'base64').toString()).toBe(userData);
      });

      it.each([
        ['al2023', 't3.micro'],
        ['al2023', 't4g.micro'],
      ])('from the catalogue’s %s on a %s', async (name, instanceType) => {
        const request = await launchRequest(compute, { image: { kind: 'catalogue', name }, instanceType });
        expect((await launched(compute, request)).id).toMatch(/^i-/);
      });

      it('never from an image that does not exist', async () => {
        const image: Image = { kind: 'ami', id: 'ami-00000000000000000' };
        await expect(launchRequest(compute, { image })).rejects.toMatchObject({
          name: 'BackendError',
          failure: 'rejected',
        });
      });
    });

    it('shows every machine of its stage, and for whom it was launched', async () => {
      const request = await launchRequest(compute);
      const { id } = await launched(compute, request);
      const fleet = createEc2Fleet({ ec2: cloud.ec2, budget: unlimited, stage: 'test' });
      const machines = [];
      for await (const page of fleet.pages(signal)) machines.push(...page);
      expect(machines).toContainEqual(
        expect.objectContaining({ id, tenant: request.tenant, instance: request.id }),
      );
      const elsewhere = createEc2Fleet({ ec2: cloud.ec2, budget: unlimited, stage: 'elsewhere' });
      for await (const page of elsewhere.pages(signal)) expect(page).toEqual([]);
    });

    describe('describes', () => {
      it('what there is of a batch, also where some of it is unknown', async () => {
        const machines = await Promise.all(
          [0, 1, 2].map(async () => launched(compute, await launchRequest(compute))),
        );
        const ids = machines.map(({ id }) => id);
        const unknown = ['i-0000000000000000a', 'i-0000000000000000b'];
        const described = await compute.describe([...ids, ...unknown], signal);
        expect([...described.keys()].sort()).toEqual(ids.sort());
      });

      it('nothing when asked for nothing', async () => {
        expect((await compute.describe([], signal)).size).toBe(0);
        expect((await compute.findByToken([], signal)).size).toBe(0);
      });
    });

    it('stops, starts, reboots and terminates, and each of them twice', async () => {
      const { id } = await launched(compute, await launchRequest(compute));
      await untilState(compute, id, 'running');
      const twice = async (act: () => Promise<void>) => {
        await act();
        await act();
      };
      await twice(() => compute.stop(id, signal));
      await untilState(compute, id, 'stopped');
      await twice(() => compute.start(id, signal));
      await untilState(compute, id, 'running');
      await twice(() => compute.reboot(id, signal));
      await untilState(compute, id, 'running');
      await twice(() => compute.terminate(id, signal));
      await untilState(compute, id, 'terminated');
    });

    it.each(['start', 'stop', 'reboot', 'terminate'] as const)(
      'says that a machine which is not visible is not ready to %s',
      async (act) => {
        const refused = compute[act]('i-0000000000000000a', signal);
        await expect(refused).rejects.toBeInstanceOf(BackendError);
        await expect(refused).rejects.toMatchObject({ failure: 'not_yet' });
      },
    );

    it('gives a group back, and again, and makes a new one later', async () => {
      const request = await launchRequest(compute, { openPorts: [8080] });
      const { id } = await launched(compute, request);
      const group_id = groupOf(request.placement);
      await untilState(compute, id, 'running');
      await compute.terminate(id, signal);
      await untilState(compute, id, 'terminated');
      await compute.releaseGroup(group_id, signal);
      await expect(group(group_id)).rejects.toMatchObject({ name: 'InvalidGroup.NotFound' });
      await compute.releaseGroup(group_id, signal);
      const next = await launchRequest(compute, { tenant: request.tenant, openPorts: [8080] });
      expect(groupOf(next.placement)).not.toBe(group_id);
    });
  });
};
