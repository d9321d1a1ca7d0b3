import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Ec2, launch, makeNetwork, type Network, startEc2 } from './harness.ts';

let ec2: Ec2;
let network: Network;
beforeEach(async () => {
  ec2 = startEc2();
  network = await makeNetwork(ec2);
});

describe('request budgets', () => {
  const attempt = async (count: number, call: () => Promise<unknown>) => {
    let refused = 0;
    for (let n = 0; n < count; n += 1)
      await call().catch((error: Error) => {
        if (error.name !== 'RequestLimitExceeded') throw error;
        refused += 1;
      });
    return refused;
  };

  it('let 5 launches through at once and then 2 a second', async () => {
    ec2 = startEc2({ limits: 'default', visibilityDelayMilliseconds: 0, accountLimits: { vcpus: 1_000 } });
    network = await makeNetwork(ec2);
    expect(await attempt(8, () => launch(ec2, network))).toBe(3);
    ec2.timers.advance(1_000);
    expect(await attempt(3, () => launch(ec2, network))).toBe(1);
  });

  it('let 100 describes through at once and then 20 a second, apart for each account', async () => {
    ec2 = startEc2({ limits: 'default' });
    const describeAll = () => ec2.send(new DescribeInstancesCommand({}));
    expect(await attempt(105, describeAll)).toBe(5);
    await ec2.as({ account: '111111111111' })(new DescribeInstancesCommand({}));
    ec2.timers.advance(1_000);
    expect(await attempt(25, describeAll)).toBe(5);
  });

  it('hold 1,000 instances in the launch budget', async () => {
    ec2 = startEc2({ limits: 'default', visibilityDelayMilliseconds: 0, accountLimits: { vcpus: 10_000 } });
    network = await makeNetwork(ec2, '10.0.0.0/20');
    await launch(ec2, network, { MinCount: 999, MaxCount: 999 });
    await expect(launch(ec2, network, { MinCount: 2, MaxCount: 2 })).rejects.toMatchObject({
      name: 'RequestLimitExceeded',
    });
    await expect(launch(ec2, network)).resolves.toMatch(/^i-/);
  });

  it('are not enforced in a roomy account', async () => {
    expect(await attempt(30, () => launch(ec2, network))).toBe(0);
  });

  it('a new account runs 5 vCPUs', async () => {
    ec2 = startEc2({ limits: 'default', visibilityDelayMilliseconds: 0 });
    network = await makeNetwork(ec2);
    await expect(launch(ec2, network, { MinCount: 3, MaxCount: 3 })).rejects.toMatchObject({
      name: 'VcpuLimitExceeded',
    });
  });
});
