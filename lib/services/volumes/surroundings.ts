import type { VolumeRecord } from './record.ts';

/** What a volume is made of, and what is made of it: other kinds, which volumes know nothing of. */
export interface Surroundings {
  /** EBS's id of a snapshot that a volume is to be made of; `undefined` where it is gone. */
  sourceOf(tenant: string, snapshotId: string, signal: AbortSignal): Promise<string | undefined>;
  /**
   * Deletes what does not outlive the volume. Safe to repeat.
   * @throws BackendError `not_yet` while something still needs the volume
   */
  takeAlong(volume: VolumeRecord, signal: AbortSignal): Promise<void>;
}
