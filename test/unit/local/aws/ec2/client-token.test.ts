import { CreateSubnetCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Ec2, launch, launchInput, makeNetwork, type Network, startEc2 } from './harness.ts';

let ec2: Ec2;
let network: Network;
beforeEach(async () => {
  ec2 = startEc2();
  network = await makeNetwork(ec2);
});

describe('a client token', () => {
  it('answers the same reservation again and launches nothing', async () => {
    const input = launchInput(network, { ClientToken: 'token-1', MaxCount: 2 });
    const first = await ec2.send(new RunInstancesCommand(input));
    ec2.timers.advance(200);
    const again = await ec2.send(new RunInstancesCommand(input));
    expect(again.ReservationId).toBe(first.ReservationId);
    expect(again.Instances?.map(({ InstanceId }) => InstanceId)).toEqual(
      first.Instances?.map(({ InstanceId }) => InstanceId),
    );
    expect(again.Instances?.[0]?.State?.Name).toBe('running');
    expect(ec2.controls.inspect()).toHaveLength(2);
  });

  it('is bound to its parameters', async () => {
    await launch(ec2, network, { ClientToken: 'token-1' });
    await expect(
      launch(ec2, network, { ClientToken: 'token-1', InstanceType: 't3.small' }),
    ).rejects.toMatchObject({
      name: 'IdempotentParameterMismatch',
      message:
        'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
    });
  });

  it('brings back the machine that has the address which was named, and refuses the address to another', async () => {
    const named = { ClientToken: 'token-1', PrivateIpAddress: '10.0.0.9' };
    const id = await launch(ec2, network, named);
    expect(await launch(ec2, network, named)).toBe(id);
    await expect(launch(ec2, network, { ...named, ClientToken: 'token-2' })).rejects.toMatchObject({
      name: 'InvalidIPAddress.InUse',
    });
  });

  it('launches anew in another zone', async () => {
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({
        VpcId: network.vpcId,
        CidrBlock: '10.0.1.0/24',
        AvailabilityZone: 'us-east-1b',
      }),
    );
    const one = await launch(ec2, network, { ClientToken: 'token-1' });
    const other = await launch(
      ec2,
      { ...network, subnetId: Subnet?.SubnetId ?? '' },
      { ClientToken: 'token-1' },
    );
    expect(other).not.toBe(one);
  });

  it('answers IdempotentInstanceTerminated after termination, also once the instance is no longer shown', async () => {
    const id = await launch(ec2, network, { ClientToken: 'token-1' });
    ec2.timers.advance(200);
    ec2.controls.kill(id);
    ec2.timers.advance(100);
    for (const milliseconds of [0, 3_600_000]) {
      ec2.timers.advance(milliseconds);
      await expect(launch(ec2, network, { ClientToken: 'token-1' })).rejects.toMatchObject({
        name: 'IdempotentInstanceTerminated',
      });
    }
  });

  it('is not used up by a launch that failed', async () => {
    await expect(
      launch(ec2, network, { ClientToken: 'token-1', SubnetId: 'subnet-00000000000000000' }),
    ).rejects.toThrow();
    await expect(launch(ec2, network, { ClientToken: 'token-1' })).resolves.toMatch(/^i-/);
  });
});
