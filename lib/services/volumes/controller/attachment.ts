import { soonMilliseconds } from '../../../platform/lifecycle/poll.ts';
import type { Step } from '../../../platform/lifecycle/types.ts';
import type { ResourceStore } from '../../../platform/store/types.ts';
import type { InstanceRecord } from '../../instances/service.ts';
import type { BlockAttachment, BlockStorage, BlockVolume } from '../backend.ts';
import { withoutVolume } from '../instance-volumes.ts';
import { attachmentFields, type VolumeRecord } from '../record.ts';
import { wait } from '../waits.ts';
import { refusalOf } from './refusals.ts';

type VolumeStep = Step<VolumeRecord>;

/** States of an instance whose machine takes a volume. */
const takesVolumes: ReadonlySet<string> = new Set(['RUNNING', 'STOPPED']);

/** A machine may be long in coming. */
const longestWaitMilliseconds = 60_000;

/** The call that lets go of a machine, and what is waited for meanwhile. */
export const letGoOf = (
  storage: BlockStorage,
  wanted: VolumeRecord,
  volume: BlockVolume,
  { machineId, state }: BlockAttachment,
  now: number,
): VolumeStep => {
  switch (state) {
    case 'attaching':
      return wait(wanted, now, 'the volume is being attached, to be detached after it');
    case 'busy':
      return wait(wanted, now, 'the machine has it mounted: unmount it, and it will be detached');
    case 'detaching':
      return wait(wanted, now, 'the volume is being detached');
    default:
      return {
        do: 'call',
        name: 'DetachVolume',
        call: async (signal) => {
          await storage.detach(volume.id, machineId, signal);
          return undefined;
        },
        waitMilliseconds: soonMilliseconds,
      };
  }
};

/** Brings the attachment that is wanted together with those that EBS shows. `undefined`: they agree. */
export const createAttachment = (
  storage: BlockStorage,
  instances: Pick<ResourceStore<InstanceRecord>, 'plan'>,
) => {
  /** What a volume is that will not be attached: free again, and no longer the instance's. */
  const free = (wanted: VolumeRecord, instance: InstanceRecord | undefined, refused: string) => ({
    set: {
      status: 'AVAILABLE' as const,
      refused,
      refusals: { ...wanted.refusals, attach: refused },
    },
    remove: attachmentFields,
    extra: withoutVolume(instances, instance, wanted.id),
  });

  const attach = (
    wanted: VolumeRecord,
    volume: BlockVolume,
    instance: InstanceRecord,
    machineId: string,
  ): VolumeStep => ({
    do: 'call',
    name: 'AttachVolume',
    call: async (signal) => {
      try {
        await storage.attach(volume.id, machineId, wanted.device as string, signal);
        return undefined;
      } catch (error) {
        const reason = refusalOf(error, 'capacity');
        if (reason === undefined) throw error;
        return free(wanted, instance, reason);
      }
    },
    waitMilliseconds: soonMilliseconds,
  });

  const join = (
    wanted: VolumeRecord,
    volume: BlockVolume,
    instance: InstanceRecord | undefined,
    now: number,
  ): VolumeStep => {
    if (!instance) return { do: 'write', ...free(wanted, undefined, 'the instance is gone') };
    if (instance.status === 'ERROR')
      return { do: 'write', ...free(wanted, instance, 'the instance is in ERROR') };
    if (instance.zone !== undefined && instance.zone !== wanted.zone)
      return {
        do: 'write',
        ...free(
          wanted,
          instance,
          `the instance came up in zone ${instance.zone}, the volume is in ${wanted.zone}`,
        ),
      };
    const { container_id: machineId } = instance;
    if (!machineId || !takesVolumes.has(instance.status))
      return wait(
        wanted,
        now,
        `waiting for the machine of the instance, which is ${instance.status}`,
        longestWaitMilliseconds,
      );
    return attach(wanted, volume, instance, machineId);
  };

  return (
    wanted: VolumeRecord,
    volume: BlockVolume,
    instance: InstanceRecord | undefined,
    now: number,
  ): VolumeStep | undefined => {
    const held = volume.attachments.filter(({ state }) => state !== 'detached');
    const isWanted = ({ machineId }: BlockAttachment) =>
      wanted.instance_id !== undefined && machineId === instance?.container_id;
    const wrong = held.find((one) => !isWanted(one));
    if (wrong) return letGoOf(storage, wanted, volume, wrong, now);
    const [right] = held;
    if (!wanted.instance_id) return undefined;
    if (!right) return join(wanted, volume, instance, now);
    // A busy one is still attached: something outside of the platform tried to detach it.
    if (right.state === 'attached' || right.state === 'busy') return undefined;
    return wait(wanted, now, `the volume is ${right.state}`);
  };
};
