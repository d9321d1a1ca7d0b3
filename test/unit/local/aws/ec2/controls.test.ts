import { CreateTagsCommand, StartInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { describeOne, type Ec2, launch, makeNetwork, type Network, startEc2 } from './harness.ts';

let ec2: Ec2;
let network: Network;
beforeEach(async () => {
  ec2 = startEc2();
  network = await makeNetwork(ec2);
});

describe('controls', () => {
  it('kill terminates behind our back, with events', async () => {
    const id = await launch(ec2, network);
    ec2.timers.advance(200);
    ec2.controls.kill(id);
    ec2.timers.advance(100);
    expect(ec2.states()).toEqual(['pending', 'running', 'shutting-down', 'terminated']);
    expect((await describeOne(ec2, id)).StateReason?.Code).toBe('Server.InternalError');
  });

  it('loseNextEvent drops just that one', async () => {
    ec2.controls.loseNextEvent();
    await launch(ec2, network);
    ec2.timers.advance(200);
    expect(ec2.states()).toEqual(['running']);
  });

  it('failNextBoot ends an accepted launch as a failing host does', async () => {
    ec2.controls.failNextBoot();
    const id = await launch(ec2, network);
    ec2.timers.advance(200);
    expect(await describeOne(ec2, id)).toMatchObject({
      State: { Name: 'terminated' },
      StateReason: { Message: 'Server.InternalError: Internal error on launch' },
    });
    expect(ec2.states()).toEqual(['pending', 'terminated']);
  });

  it('failNextBoot puts a started instance back where it was', async () => {
    const id = await launch(ec2, network);
    ec2.timers.advance(200);
    await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    ec2.timers.advance(100);
    ec2.controls.failNextBoot();
    await ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
    ec2.timers.advance(200);
    expect(await describeOne(ec2, id)).toMatchObject({
      State: { Name: 'stopped' },
      StateReason: { Code: 'Server.InternalError' },
    });
  });

  it('setBootMilliseconds holds for later boots', async () => {
    ec2.controls.setBootMilliseconds(60_000);
    const id = await launch(ec2, network);
    ec2.timers.advance(59_999);
    expect((await describeOne(ec2, id)).State?.Name).toBe('pending');
    ec2.timers.advance(1);
    expect((await describeOne(ec2, id)).State?.Name).toBe('running');
  });

  it('setLoad is what CloudWatch reads while the instance runs', async () => {
    const id = await launch(ec2, network);
    expect(ec2.controls.loadOf('000000000000', id)).toBeUndefined();
    ec2.timers.advance(200);
    expect(ec2.controls.loadOf('000000000000', id)).toMatchObject({ cpuPercent: 1.5 });
    ec2.controls.setLoad(id, { cpuPercent: 90, memoryPercent: 40 });
    expect(ec2.controls.load(id)).toEqual({ cpuPercent: 90, memoryPercent: 40 });
    expect(ec2.controls.loadOf('000000000000', id)).toMatchObject({ cpuPercent: 90, memoryPercent: 40 });
    expect(ec2.controls.loadOf('111111111111', id)).toBeUndefined();
    expect(() => ec2.controls.setLoad(id, { cpuPercent: 101 })).toThrow(RangeError);
    expect(() => ec2.controls.setLoad('i-00000000000000000', { cpuPercent: 1 })).toThrow(/no instance/);
  });

  it('tagsOf tells the tags of any resource to those who evaluate policies', async () => {
    const tags = [{ Key: 'tenant', Value: 'a' }];
    await ec2.send(new CreateTagsCommand({ Resources: [network.groupId], Tags: tags }));
    expect(ec2.controls.tagsOf('000000000000', 'us-east-1', network.groupId)).toEqual({ tenant: 'a' });
    expect(ec2.controls.tagsOf('000000000000', 'us-east-1', network.vpcId)).toEqual({});
    expect(ec2.controls.tagsOf('111111111111', 'us-east-1', network.groupId)).toBeUndefined();
    expect(ec2.controls.tagsOf('000000000000', 'us-east-1', 'thing-1')).toBeUndefined();
  });

  it('reset leaves an empty cloud in which no timer runs', async () => {
    await launch(ec2, network);
    ec2.controls.reset();
    ec2.timers.advance(10_000);
    expect(ec2.states()).toEqual(['pending']);
    expect(ec2.controls.inspect()).toEqual([]);
  });
});
