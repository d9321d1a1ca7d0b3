import type { Creation } from './record.ts';
import type { VolumeShape, VolumeTypeName } from './volume-types.ts';

/** EBS's own states. https://docs.aws.amazon.com/ebs/latest/userguide/ebs-describing-volumes.html#volume-state */
export type BlockVolumeState = 'creating' | 'available' | 'in-use' | 'deleting' | 'deleted' | 'error';

/** Where a block volume is attached, or was a moment ago. */
export interface BlockAttachment {
  machineId: string;
  device: string;
  /** `busy`: the machine still has it mounted, so it can't be detached. */
  state: 'attaching' | 'attached' | 'detaching' | 'detached' | 'busy';
}

/** What a block-storage backend says of one volume. */
export interface BlockVolume {
  id: string;
  state: BlockVolumeState;
  /** As it can be used now, a change under way not counted. */
  size_gb: number;
  type: VolumeTypeName;
  iops?: number;
  throughput?: number;
  attachments: readonly BlockAttachment[];
}

export interface CreateRequest {
  tenant: string;
  /** Of the record: the volume is found by it. */
  id: string;
  name: string;
  zone: string;
  /** The same token and the same parameters give the same volume, at any time until it is gone. */
  token: string;
  creation: Creation;
}

/** `resting`: the volume was changed a short while ago and takes no change yet. */
export type ModifyOutcome = 'asked' | 'resting';

/**
 * The BlockStorage port, for volumes, in the platform's terms. Every method is safe to repeat, and throws nothing but
 * `BackendError` on purpose.
 */
export interface BlockStorage {
  /** The volumes that the backend knows, by id. */
  describe(volumeIds: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, BlockVolume>>;
  /** The volumes that were made for these records, by the record's id. */
  findByRecord(recordIds: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, BlockVolume>>;
  /** Always encrypted. */
  create(request: CreateRequest, signal: AbortSignal): Promise<BlockVolume>;
  attach(volumeId: string, machineId: string, device: string, signal: AbortSignal): Promise<void>;
  detach(volumeId: string, machineId: string, signal: AbortSignal): Promise<void>;
  modify(volumeId: string, shape: VolumeShape, signal: AbortSignal): Promise<ModifyOutcome>;
  /** One that is gone already is no failure. */
  delete(volumeId: string, signal: AbortSignal): Promise<void>;
}
