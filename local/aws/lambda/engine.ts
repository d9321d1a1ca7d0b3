import type { Clock } from '../../../lib/platform/clock.ts';
import type { LambdaStore } from './store.ts';

/** What the actions share. */
export interface LambdaEngine {
  store: LambdaStore;
  clock: Clock;
  /** Until a new function, or a change of one, is through. */
  settleMilliseconds: number;
  /** Whether Lambda may take a role. */
  canAssume(roleArn: string): boolean;
  /** An object of the account's S3; undefined where there is none. */
  readObject(bucket: string, key: string): Promise<Uint8Array | undefined>;
  /** Where code is unpacked, by its hash; each invocation has an empty folder besides. */
  codeFolder(record: { codeSha256: string }, zip: () => Uint8Array): Promise<string>;
  scratchFolder(): Promise<string>;
}
