import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ec2Backends, type NetworkBackends } from '../../support/network.ts';
import { type StandInCloud, startStandIn } from '../compute/stand-in-cloud.ts';
import { makeVpc, networkSuite, newOwner } from './suite.ts';

networkSuite('the stand-in', startStandIn);

const signal = new AbortController().signal;

describe('the network adapters under EC2’s own rules', () => {
  let cloud: StandInCloud;
  let backends: NetworkBackends;

  beforeAll(async () => {
    cloud = await startStandIn();
    backends = ec2Backends(cloud);
  });
  afterEach(() => cloud.controls.faults.clear());
  afterAll(() => cloud?.stop());

  it('what something depends on is not deleted yet', async () => {
    const { vpcs, subnets, groups } = backends;
    const { vpcId, gatewayId } = await makeVpc(backends);
    await vpcs.attachGateway(gatewayId, vpcId, signal);
    const [one, other] = [
      await groups.create(newOwner(), vpcId, signal),
      await groups.create(newOwner(), vpcId, signal),
    ];
    const naming = { protocol: '-1', from_port: -1, to_port: -1, peer: { group: other } };
    await groups.authorize(one, 'ingress', [naming], signal);
    await subnets.create(newOwner(), { vpcId, cidr_block: '10.1.1.0/24', zone: 'us-east-1a' }, signal);
    for (const early of [
      () => vpcs.deleteVpc(vpcId, signal),
      () => vpcs.deleteGateway(gatewayId, signal),
      () => groups.delete(other, signal),
    ])
      await expect(early()).rejects.toMatchObject({ failure: 'not_yet' });
  });

  it('what was done is done again without harm', async () => {
    const { vpcs, subnets } = backends;
    const { vpcId, gatewayId, routeTableId } = await makeVpc(backends);
    const subnetId = await subnets.create(
      newOwner(),
      { vpcId, cidr_block: '10.1.1.0/24', zone: 'us-east-1a' },
      signal,
    );
    for (const _ of [1, 2]) {
      await vpcs.enableDnsHostnames(vpcId, signal);
      await vpcs.attachGateway(gatewayId, vpcId, signal);
      await vpcs.routeToGateway(routeTableId, gatewayId, signal);
      await subnets.mapPublicAddresses(subnetId, signal);
      await subnets.useRouteTable(subnetId, routeTableId, signal);
    }
    for (const _ of [1, 2]) await vpcs.detachGateway(gatewayId, vpcId, signal);
  });

  it('a creation goes out once, whatever becomes of its answer', async () => {
    const owner = newOwner();
    cloud.controls.faults.add({ action: 'CreateVpc', kind: 'after', times: 1 });
    await expect(backends.vpcs.createVpc(owner, '10.1.0.0/16', signal)).rejects.toMatchObject({
      failure: 'ambiguous',
    });
    expect((await backends.vpcs.findVpcs([owner.id], signal)).get(owner.id)).toHaveLength(1);
  });

  it('the account’s limit is told by its name', async () => {
    const limited = await startStandIn('roomy', { accountLimits: { vpcs: 2 } });
    try {
      const { vpcs } = ec2Backends(limited);
      await vpcs.createVpc(newOwner(), '10.1.0.0/16', signal);
      await expect(vpcs.createVpc(newOwner(), '10.1.0.0/16', signal)).rejects.toMatchObject({
        failure: 'exhausted',
        publicMessage: expect.stringContaining('VpcLimitExceeded'),
      });
    } finally {
      await limited.stop();
    }
  });

  it('a permission that EC2 has already, or no longer, is looked at again', async () => {
    const { groups } = backends;
    const { vpcId } = await makeVpc(backends);
    const id = await groups.create(newOwner(), vpcId, signal);
    const ssh = { protocol: 'tcp', from_port: 22, to_port: 22, peer: { cidr: '10.0.0.0/8' } };
    await groups.authorize(id, 'ingress', [ssh], signal);
    await expect(groups.authorize(id, 'ingress', [ssh], signal)).rejects.toMatchObject({
      failure: 'not_yet',
    });
    await groups.revoke(id, 'ingress', [ssh], signal);
    await expect(groups.revoke(id, 'ingress', [ssh], signal)).rejects.toMatchObject({ failure: 'not_yet' });
  });
});
