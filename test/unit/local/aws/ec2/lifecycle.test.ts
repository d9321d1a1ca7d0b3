import {
  DescribeInstanceAttributeCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  GetConsoleOutputCommand,
  type InstanceAttributeName,
  ModifyInstanceAttributeCommand,
  ModifyInstanceMetadataOptionsCommand,
  MonitorInstancesCommand,
  RebootInstancesCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  UnmonitorInstancesCommand,
} from '@aws-sdk/client-ec2';
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

const reach = {
  pending: () => launch(ec2, network),
  running: async () => {
    const id = await reach.pending();
    ec2.timers.advance(200);
    return id;
  },
  stopping: async () => {
    const id = await reach.running();
    await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    return id;
  },
  stopped: async () => {
    const id = await reach.stopping();
    ec2.timers.advance(100);
    return id;
  },
  'shutting-down': async () => {
    const id = await reach.running();
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    return id;
  },
  terminated: async () => {
    const id = await reach['shutting-down']();
    ec2.timers.advance(100);
    return id;
  },
};
type State = keyof typeof reach;

const ask = {
  start: (InstanceIds: string[]) => ec2.send(new StartInstancesCommand({ InstanceIds })),
  stop: (InstanceIds: string[]) => ec2.send(new StopInstancesCommand({ InstanceIds })),
  terminate: (InstanceIds: string[]) => ec2.send(new TerminateInstancesCommand({ InstanceIds })),
};

describe('an instance', () => {
  it('boots, stops, starts and ends, each step told by an event', async () => {
    const id = await launch(ec2, network);
    ec2.timers.advance(199);
    expect(ec2.states()).toEqual(['pending']);
    ec2.timers.advance(1);
    await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    ec2.timers.advance(100);
    await ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
    ec2.timers.advance(200);
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    ec2.timers.advance(100);
    expect(ec2.states()).toEqual([
      'pending',
      'running',
      'stopping',
      'stopped',
      'pending',
      'running',
      'shutting-down',
      'terminated',
    ]);
    expect(ec2.events[1]).toEqual({
      source: 'aws.ec2',
      detailType: 'EC2 Instance State-change Notification',
      detail: { 'instance-id': id, state: 'running' },
      resources: [`arn:aws:ec2:us-east-1:000000000000:instance/${id}`],
    });
  });

  it.each<[keyof typeof ask, State, State | RegExp]>([
    ['start', 'stopped', 'pending'],
    ['start', 'pending', 'pending'],
    ['start', 'running', 'running'],
    ['start', 'stopping', /is not in a state from which it can be started/],
    ['start', 'shutting-down', /is not in a state from which it can be started/],
    ['start', 'terminated', /is not in a state from which it can be started/],
    ['stop', 'running', 'stopping'],
    ['stop', 'stopping', 'stopping'],
    ['stop', 'stopped', 'stopped'],
    ['stop', 'pending', /cannot be stopped as it has never reached the 'running' state/],
    ['stop', 'shutting-down', /is not in a state from which it can be stopped/],
    ['stop', 'terminated', /is not in a state from which it can be stopped/],
    ['terminate', 'pending', 'shutting-down'],
    ['terminate', 'running', 'shutting-down'],
    ['terminate', 'stopping', 'shutting-down'],
    ['terminate', 'stopped', 'shutting-down'],
    ['terminate', 'shutting-down', 'shutting-down'],
    ['terminate', 'terminated', 'terminated'],
  ])('asked to %s while %s answers %s', async (verb, state, expected) => {
    const id = await reach[state]();
    const answer = ask[verb]([id]);
    if (expected instanceof RegExp) {
      await expect(answer).rejects.toMatchObject({
        name: 'IncorrectInstanceState',
        message: expect.stringMatching(expected),
      });
      expect((await describeOne(ec2, id)).State?.Name).toBe(state);
    } else {
      const [change] = Object.values(await answer)[0] as { [key: string]: unknown }[];
      expect(change).toMatchObject({
        InstanceId: id,
        PreviousState: { Name: state },
        CurrentState: { Name: expected },
      });
    }
  });

  it('says who stopped it and when', async () => {
    const id = await reach.stopped();
    expect(await describeOne(ec2, id)).toMatchObject({
      StateTransitionReason: 'User initiated (2026-01-01 00:00:00 GMT)',
      StateReason: { Code: 'Client.UserInitiatedShutdown' },
    });
  });

  it('keeps its private address over a stop and has a later launch time after the start', async () => {
    const id = await reach.stopped();
    const before = await describeOne(ec2, id);
    ec2.timers.advance(5_000);
    await ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
    const after = await describeOne(ec2, id);
    expect(after.PrivateIpAddress).toBe(before.PrivateIpAddress);
    expect(Number(after.LaunchTime)).toBeGreaterThan(Number(before.LaunchTime));
  });

  it('is shown for an hour after termination without what it held, then vanishes', async () => {
    const id = await reach.terminated();
    expect(await describeOne(ec2, id)).toMatchObject({
      State: { Code: 48, Name: 'terminated' },
      BlockDeviceMappings: [],
      NetworkInterfaces: [],
      SecurityGroups: [],
    });
    expect((await describeOne(ec2, id)).PrivateIpAddress).toBeUndefined();
    expect((await ec2.send(new DescribeVolumesCommand({}))).Volumes).toEqual([]);
    ec2.timers.advance(3_600_000);
    await expect(describeOne(ec2, id)).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' });
  });

  it.each(['DisableApiTermination', 'DisableApiStop'] as const)(
    'is protected by %s until it is taken away',
    async (attribute) => {
      const id = await launch(ec2, network, { [attribute]: true });
      ec2.timers.advance(200);
      const verb = attribute === 'DisableApiStop' ? 'stop' : 'terminate';
      await expect(ask[verb]([id])).rejects.toMatchObject({ name: 'OperationNotPermitted' });
      await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, [attribute]: { Value: false } }));
      await expect(ask[verb]([id])).resolves.toBeDefined();
    },
  );

  it('counts against the vCPU limit only while pending or running', async () => {
    ec2.controls.setAccountLimits({ vcpus: 2 });
    const id = await reach.running();
    await expect(launch(ec2, network)).rejects.toMatchObject({ name: 'VcpuLimitExceeded' });
    await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    ec2.timers.advance(100);
    await launch(ec2, network);
    await expect(ec2.send(new StartInstancesCommand({ InstanceIds: [id] }))).rejects.toMatchObject({
      name: 'VcpuLimitExceeded',
    });
  });

  it('can change its type only when stopped, and only to one of its architecture', async () => {
    const change = (id: string, type: string) =>
      ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, InstanceType: { Value: type } }));
    const id = await reach.running();
    await expect(change(id, 't3.large')).rejects.toMatchObject({ name: 'IncorrectInstanceState' });
    await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    ec2.timers.advance(100);
    await expect(change(id, 't4g.large')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await change(id, 't3.large');
    expect((await describeOne(ec2, id)).InstanceType).toBe('t3.large');
  });

  it('refuses two attributes in one change', async () => {
    const id = await reach.running();
    await expect(
      ec2.send(
        new ModifyInstanceAttributeCommand({
          InstanceId: id,
          DisableApiStop: { Value: true },
          DisableApiTermination: { Value: true },
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
  });

  it('can be put under detailed monitoring and out of it', async () => {
    const id = await reach.running();
    await ec2.send(new MonitorInstancesCommand({ InstanceIds: [id] }));
    expect((await describeOne(ec2, id)).Monitoring).toEqual({ State: 'enabled' });
    await ec2.send(new UnmonitorInstancesCommand({ InstanceIds: [id] }));
    expect((await describeOne(ec2, id)).Monitoring).toEqual({ State: 'disabled' });
  });

  it('shows and changes what an attribute holds', async () => {
    const id = await reach.stopped();
    const read = async (Attribute: InstanceAttributeName) =>
      ec2.send(new DescribeInstanceAttributeCommand({ InstanceId: id, Attribute }));
    const UserData = { Value: Buffer.from('#!/bin/sh') };
    await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, UserData }));
    expect((await read('userData')).UserData?.Value).toBe(UserData.Value.toString('base64'));
    expect((await read('disableApiTermination')).DisableApiTermination).toEqual({ Value: false });
    expect((await read('groupSet')).Groups).toEqual([{ GroupId: network.groupId }]);
  });

  it('takes new metadata options, the others staying', async () => {
    const id = await reach.running();
    await ec2.send(new ModifyInstanceMetadataOptionsCommand({ InstanceId: id, HttpPutResponseHopLimit: 1 }));
    expect((await describeOne(ec2, id)).MetadataOptions).toMatchObject({
      State: 'applied',
      HttpTokens: 'required',
      HttpPutResponseHopLimit: 1,
    });
  });

  it('passes its status checks some time after it runs', async () => {
    const id = await reach.pending();
    const status = async () =>
      (await ec2.send(new DescribeInstanceStatusCommand({ InstanceIds: [id] }))).InstanceStatuses?.map(
        ({ InstanceStatus }) => InstanceStatus?.Status,
      );
    expect(await status()).toEqual([]);
    ec2.timers.advance(200);
    expect(await status()).toEqual(['initializing']);
    ec2.timers.advance(200);
    expect(await status()).toEqual(['ok']);
  });
});

describe('console output', () => {
  const read = async (id: string) => {
    const { Output } = await ec2.send(new GetConsoleOutputCommand({ InstanceId: id }));
    return Buffer.from(Output ?? '', 'base64').toString();
  };

  it('grows while the instance boots and names the instance and its container', async () => {
    const script = '#!/bin/bash\ndocker run -d \\\n  -p 80:80 nginx:1.29\n';
    const id = await launch(ec2, network, { UserData: Buffer.from(script).toString('base64') });
    const early = await read(id);
    ec2.timers.advance(100);
    const half = await read(id);
    ec2.timers.advance(100);
    const whole = await read(id);
    expect(early).toContain('Linux version');
    expect(half.length).toBeGreaterThan(early.length);
    expect(whole.startsWith(half)).toBe(true);
    expect(whole).toContain(`instance-id: ${id}`);
    expect(whole).toContain('+ docker run -d -p 80:80 nginx:1.29');
    expect(whole).toContain('ip-10-0-0-4 login:');
  });

  it('names the container that a systemd unit in the user data runs', async () => {
    const script = 'cat > a.service <<UNIT\nExecStart=/usr/bin/docker run --name workload nginx\nUNIT\n';
    const id = await launch(ec2, network, { UserData: Buffer.from(script).toString('base64') });
    ec2.timers.advance(200);
    expect(await read(id)).toContain('+ docker run --name workload nginx\n');
  });

  it('shows a reboot, which changes no state and sends no event', async () => {
    const id = await reach.running();
    await ec2.send(new RebootInstancesCommand({ InstanceIds: [id] }));
    ec2.timers.advance(200);
    expect((await read(id)).match(/Linux version/g)).toHaveLength(2);
    expect(ec2.states()).toEqual(['pending', 'running']);
  });

  it('refuses to reboot what does not run', async () => {
    const id = await reach.stopped();
    await expect(ec2.send(new RebootInstancesCommand({ InstanceIds: [id] }))).rejects.toMatchObject({
      name: 'IncorrectInstanceState',
    });
  });
});

describe('after a restart', () => {
  it('goes on with boots and stops that were under way, also those due meanwhile', async () => {
    const booting = await launch(ec2, network);
    ec2.controls.setBootMilliseconds(10_000);
    const slow = await launch(ec2, network, { ClientToken: 'slow' });
    ec2.timers.advance(50);
    ec2.standIn.close?.();
    ec2.timers.advance(1_000);
    const again = startEc2({ from: ec2 });
    expect((await describeOne(again, booting)).State?.Name).toBe('pending');
    again.timers.advance(0);
    expect((await describeOne(again, booting)).State?.Name).toBe('running');
    expect((await describeOne(again, slow)).State?.Name).toBe('pending');
    again.timers.advance(9_000);
    expect((await describeOne(again, slow)).State?.Name).toBe('running');
    expect(again.states()).toEqual(['running', 'running']);
    const replay = await again.send(new RunInstancesCommand(launchInput(network, { ClientToken: 'slow' })));
    expect(replay.Instances?.[0]?.InstanceId).toBe(slow);
    expect((await again.send(new DescribeInstancesCommand({}))).Reservations).toHaveLength(2);
  });

  it('moves nothing any more once closed, not even for a call that comes late', async () => {
    ec2.standIn.close?.();
    const id = await launch(ec2, network);
    ec2.timers.advance(10_000);
    expect((await describeOne(ec2, id)).State?.Name).toBe('pending');
  });
});

it('reports an event that could not be delivered, and goes on', async () => {
  const lost: unknown[] = [];
  const failure = new Error('the bus is gone');
  ec2 = startEc2({ emit: () => Promise.reject(failure), onEventFailure: (error) => lost.push(error) });
  network = await makeNetwork(ec2);
  const id = await launch(ec2, network);
  ec2.timers.advance(200);
  expect((await describeOne(ec2, id)).State?.Name).toBe('running');
  expect(lost).toEqual([failure, failure]);
});
