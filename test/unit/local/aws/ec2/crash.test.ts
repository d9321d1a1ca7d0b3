import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import {
  DescribeInstancesCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
} from '@aws-sdk/client-ec2';
import { expect, it } from 'vitest';
import { VirtualTimers } from '../../../../../local/clock.ts';
import { launch, makeNetwork, startEc2 } from './harness.ts';

it('a kill loses no launch that was answered, leaves no half-made one, and boots go on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ec2-'));
  const file = join(folder, 'stand-ins.sqlite');
  const open = () =>
    startEc2({ from: { database: new DatabaseSync(file), timers: new VirtualTimers(Date.now()) } });
  const before = open();
  const network = await makeNetwork(before, '10.0.0.0/18');
  before.standIn.close?.();
  before.database.close();

  const script = join(import.meta.dirname, 'launch-until-killed.ts');
  const child = spawn(process.execPath, [script, file, network.subnetId, network.groupId], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const answered: string[] = [];
  const ended = once(child, 'exit');
  for await (const id of createInterface({ input: child.stdout })) {
    answered.push(id);
    if (answered.length === 25) child.kill('SIGKILL');
  }
  expect((await ended)[1]).toBe('SIGKILL');

  const after = open();
  try {
    const { Reservations = [] } = await after.send(new DescribeInstancesCommand({}));
    const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
    expect(instances.map(({ InstanceId }) => InstanceId)).toEqual(expect.arrayContaining(answered));
    expect(instances.length - answered.length).toBeLessThanOrEqual(1);
    const { Volumes = [] } = await after.send(new DescribeVolumesCommand({}));
    expect(Volumes.map(({ Attachments }) => Attachments?.[0]?.InstanceId).sort()).toEqual(
      instances.map(({ InstanceId }) => InstanceId).sort(),
    );
    const { Subnets } = await after.send(new DescribeSubnetsCommand({}));
    expect(Subnets?.[0]?.AvailableIpAddressCount).toBe(2 ** 14 - 5 - instances.length);
    after.timers.advance(60_000);
    expect(new Set(after.controls.inspect().map(({ state }) => state))).toEqual(new Set(['running']));
    await launch(after, network);
  } finally {
    after.standIn.close?.();
    after.database.close();
    rmSync(folder, { recursive: true });
  }
});
