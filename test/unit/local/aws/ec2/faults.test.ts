import { CreateSubnetCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { describeOne, type Ec2, launch, makeNetwork, type Network, startEc2 } from './harness.ts';

let ec2: Ec2;
let network: Network;
beforeEach(async () => {
  ec2 = startEc2();
  network = await makeNetwork(ec2);
});

describe('faults', () => {
  it('before: fails and does nothing, as often as asked', async () => {
    ec2.controls.faults.add({
      action: 'RunInstances',
      kind: 'before',
      times: 2,
      error: 'InsufficientInstanceCapacity',
    });
    for (let n = 0; n < 2; n += 1)
      await expect(launch(ec2, network)).rejects.toMatchObject({
        name: 'InsufficientInstanceCapacity',
        statusCode: 500,
      });
    expect(ec2.controls.inspect()).toEqual([]);
    await expect(launch(ec2, network)).resolves.toMatch(/^i-/);
  });

  it('after: does it and fails all the same, so that only the token finds it again', async () => {
    ec2.controls.faults.add({ action: 'RunInstances', kind: 'after', times: 1 });
    await expect(launch(ec2, network, { ClientToken: 't' })).rejects.toMatchObject({
      name: 'InternalError',
      statusCode: 500,
    });
    const [orphan] = ec2.controls.inspect();
    expect(await launch(ec2, network, { ClientToken: 't' })).toBe(orphan?.instanceId);
  });

  it('throttle: answers RequestLimitExceeded until removed', async () => {
    const remove = ec2.controls.faults.add({ action: '*', kind: 'throttle' });
    await expect(launch(ec2, network)).rejects.toMatchObject({
      name: 'RequestLimitExceeded',
      message: 'Request limit exceeded.',
      statusCode: 503,
    });
    remove();
    await expect(launch(ec2, network)).resolves.toMatch(/^i-/);
  });

  it('delay: answers later', async () => {
    ec2.controls.faults.add({ action: 'RunInstances', kind: 'delay', times: 1, milliseconds: 700 });
    const launching = launch(ec2, network);
    ec2.timers.advance(699);
    expect(ec2.controls.inspect()).toEqual([]);
    ec2.timers.advance(1);
    expect((await describeOne(ec2, await launching)).LaunchTime).toEqual(new Date(ec2.timers.now()));
  });

  it('can be kept to calls with certain parameters, as for one zone without capacity', async () => {
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({
        VpcId: network.vpcId,
        CidrBlock: '10.0.1.0/24',
        AvailabilityZone: 'us-east-1b',
      }),
    );
    ec2.controls.faults.add({
      action: 'RunInstances',
      kind: 'before',
      error: 'InsufficientInstanceCapacity',
      where: { SubnetId: network.subnetId },
    });
    await expect(launch(ec2, network)).rejects.toMatchObject({ name: 'InsufficientInstanceCapacity' });
    await expect(launch(ec2, { ...network, subnetId: Subnet?.SubnetId ?? '' })).resolves.toMatch(/^i-/);
  });

  it('meet only their action and are listed until spent', async () => {
    ec2.controls.faults.add({
      action: 'TerminateInstances',
      kind: 'before',
      times: 1,
      error: { code: 'Teapot', message: 'short and stout', statusCode: 418 },
    });
    const id = await launch(ec2, network);
    expect(ec2.controls.faults.list()).toHaveLength(1);
    await expect(ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))).rejects.toMatchObject({
      name: 'Teapot',
      message: 'short and stout',
      statusCode: 418,
    });
    expect(ec2.controls.faults.list()).toEqual([]);
  });
});
