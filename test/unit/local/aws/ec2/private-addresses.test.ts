import { CreateSubnetCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  describeOne,
  type Ec2,
  launch,
  launchInput,
  makeNetwork,
  type Network,
  startEc2,
} from './harness.ts';

let ec2: Ec2;
let network: Network;
beforeEach(async () => {
  ec2 = startEc2();
  network = await makeNetwork(ec2);
});

describe('private addresses', () => {
  it('are the lowest free ones, skip the five that AWS reserves, and are held until an instance is terminated', async () => {
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({ VpcId: network.vpcId, CidrBlock: '10.0.9.0/28' }),
    );
    const tiny = { ...network, subnetId: Subnet?.SubnetId ?? '' };
    const { Instances } = await ec2.send(
      new RunInstancesCommand(launchInput(tiny, { MinCount: 1, MaxCount: 50 })),
    );
    expect(Instances?.map(({ PrivateIpAddress }) => PrivateIpAddress)).toEqual(
      Array.from({ length: 11 }, (_, n) => `10.0.9.${n + 4}`),
    );
    const full = {
      name: 'InsufficientFreeAddressesInSubnet',
      message: `There are not enough free addresses in subnet '${tiny.subnetId}' to satisfy the requested number of instances.`,
    };
    await expect(launch(ec2, tiny)).rejects.toMatchObject(full);
    ec2.controls.kill(Instances?.[5]?.InstanceId ?? '');
    await expect(launch(ec2, tiny)).rejects.toMatchObject(full);
    ec2.timers.advance(100);
    await launch(ec2, tiny);
    expect(ec2.controls.inspect().at(-1)?.privateAddress).toBe('10.0.9.9');
  });

  it('may be chosen, but not twice', async () => {
    await launch(ec2, network, { PrivateIpAddress: '10.0.0.77' });
    await expect(launch(ec2, network, { PrivateIpAddress: '10.0.0.77' })).rejects.toMatchObject({
      name: 'InvalidIPAddress.InUse',
    });
  });

  it('are unique, in range and lowest first, whatever comes and goes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.constant('launch'), fc.nat(10)), { maxLength: 40 }),
        async (steps) => {
          ec2 = startEc2();
          network = await makeNetwork(ec2, '10.0.5.32/28');
          const held = new Map<string, string>();
          const free = new Set(Array.from({ length: 11 }, (_, n) => `10.0.5.${36 + n}`));
          for (const step of steps) {
            const victim = typeof step === 'number' ? [...held.keys()][step] : undefined;
            if (victim) {
              ec2.controls.kill(victim);
              ec2.timers.advance(100);
              free.add(held.get(victim) ?? '');
              held.delete(victim);
            } else if (step === 'launch' && free.size > 0) {
              const id = await launch(ec2, network);
              const address = (await describeOne(ec2, id)).PrivateIpAddress ?? '';
              expect(address).toBe([...free].sort()[0]);
              free.delete(address);
              held.set(id, address);
            } else if (step === 'launch') {
              await expect(launch(ec2, network)).rejects.toMatchObject({
                name: 'InsufficientFreeAddressesInSubnet',
              });
            }
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});
