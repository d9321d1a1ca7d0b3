import {
  AttachVolumeCommand,
  CreateVolumeCommand,
  DeleteVolumeCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  DetachVolumeCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AwsError } from '../../../../../local/aws/stand-in.ts';
import { type Ec2, launch, makeNetwork, startEc2 } from './harness.ts';

/** Refusals that are part of the game. */
const expected = new Set([
  'IncorrectInstanceState',
  'IncorrectState',
  'InvalidParameterValue',
  'InvalidVolume.NotFound',
  'OperationNotPermitted',
  'VolumeInUse',
]);

const attempt = async (work: () => Promise<unknown>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (!expected.has((error as AwsError).name)) throw error;
  }
};

/** What volumes say of their attachments, and what instances say of theirs. */
const bothSides = async (ec2: Ec2) => {
  const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({}));
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
  const line = (...parts: unknown[]) => parts.join(' ');
  return {
    byVolume: Volumes.flatMap(({ VolumeId, Attachments = [] }) =>
      Attachments.map((one) => line(one.InstanceId, one.Device, VolumeId, one.DeleteOnTermination)),
    ).sort(),
    byInstance: Reservations.flatMap(({ Instances = [] }) => Instances)
      .flatMap(({ InstanceId, BlockDeviceMappings = [] }) =>
        BlockDeviceMappings.map(({ DeviceName, Ebs }) =>
          line(InstanceId, DeviceName, Ebs?.VolumeId, Ebs?.DeleteOnTermination),
        ),
      )
      .sort(),
  };
};

it('volumes and instances agree on what is attached where, whatever is asked for in whatever order', async () => {
  const pick = fc.nat(2);
  const step = fc.oneof(
    fc.record({ do: fc.constant('attach'), volume: pick, instance: pick }),
    fc.record({ do: fc.constantFrom('detach', 'delete'), volume: pick, instance: pick }),
    fc.record({ do: fc.constantFrom('stop', 'start', 'kill'), volume: pick, instance: pick }),
    fc.record({ do: fc.constant('wait'), volume: pick, instance: pick }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const ec2 = startEc2();
      const network = await makeNetwork(ec2);
      const volumes: string[] = [];
      const instances: string[] = [];
      for (let n = 0; n < 3; n += 1) {
        const input = { AvailabilityZone: 'us-east-1a', Size: 1 };
        volumes.push((await ec2.send(new CreateVolumeCommand(input))).VolumeId ?? '');
        instances.push(await launch(ec2, network));
      }
      ec2.timers.advance(200);
      for (const one of steps) {
        const VolumeId = volumes[one.volume] ?? '';
        const InstanceIds = [instances[one.instance] ?? ''];
        const Device = `/dev/sd${'fgh'[one.volume]}`;
        const acts: Record<string, () => unknown> = {
          attach: () => ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId: InstanceIds[0], Device })),
          detach: () => ec2.send(new DetachVolumeCommand({ VolumeId })),
          delete: () => ec2.send(new DeleteVolumeCommand({ VolumeId })),
          stop: () => ec2.send(new StopInstancesCommand({ InstanceIds })),
          start: () => ec2.send(new StartInstancesCommand({ InstanceIds })),
          kill: () => ec2.controls.kill(InstanceIds[0] ?? ''),
          wait: () => ec2.timers.advance(60),
        };
        await attempt(async () => acts[one.do]?.());
        const { byVolume, byInstance } = await bothSides(ec2);
        expect(byVolume).toEqual(byInstance);
      }
    }),
    { numRuns: 60 },
  );
});
