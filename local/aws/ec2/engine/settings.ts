import type { Ec2Options } from '../index.ts';
import type { Load } from '../store/records.ts';

/** How long things take, in milliseconds. */
export interface Delays {
  /** From `pending` to `running`. */
  bootMilliseconds: number;
  stopMilliseconds: number;
  terminateMilliseconds: number;
  /** From `creating` to `available`, and from `deleting` to gone. */
  volumeMilliseconds: number;
  /** From `attaching` to `attached`, and from `detaching` to `available`. */
  attachmentMilliseconds: number;
  /** From `modifying` to `optimizing`, and from there to `completed`. */
  modificationMilliseconds: number;
  /** From `pending` to `completed`. */
  snapshotMilliseconds: number;
  /** From `associating` to `associated`, and from `disassociating` to gone. */
  cidrBlockMilliseconds: number;
  /** How long a terminated instance's interface, or a service's, still holds its subnet, address and groups. */
  interfaceReleaseMilliseconds: number;
  /** How long a new resource answers NotFound to those who name it. */
  visibilityDelayMilliseconds: number;
}

/** What an operator or a test can turn while the stand-in runs. Not kept over a restart. */
export interface Settings extends Delays {
  /** Events that will be dropped. */
  eventsToLose: number;
  /** Launches and starts that will fail after having been accepted. */
  bootsToFail: number;
  /** Of instances that have no load of their own. */
  defaultLoad: Load;
}

/** A machine that only its operating system keeps busy, and no agent. */
export const idleLoad: Load = { cpuPercent: 1.5 };

/** AWS speaks of seconds at most, usually far less. */
const delayedVisibilityMilliseconds = 500;

/** "In use" shortly after a delete: AWS takes seconds, for a balancer's interfaces longer. */
const delayedReleaseMilliseconds = 1_000;

export const initialSettings = (limits: 'roomy' | 'default', options: Ec2Options): Settings => ({
  bootMilliseconds: options.bootMilliseconds ?? 200,
  stopMilliseconds: options.stopMilliseconds ?? 100,
  terminateMilliseconds: options.terminateMilliseconds ?? 100,
  volumeMilliseconds: options.volumeMilliseconds ?? 100,
  attachmentMilliseconds: options.attachmentMilliseconds ?? 50,
  modificationMilliseconds: options.modificationMilliseconds ?? 100,
  snapshotMilliseconds: options.snapshotMilliseconds ?? 200,
  cidrBlockMilliseconds: options.cidrBlockMilliseconds ?? 50,
  interfaceReleaseMilliseconds:
    options.interfaceReleaseMilliseconds ?? (limits === 'default' ? delayedReleaseMilliseconds : 0),
  visibilityDelayMilliseconds:
    options.visibilityDelayMilliseconds ?? (limits === 'default' ? delayedVisibilityMilliseconds : 0),
  eventsToLose: 0,
  bootsToFail: 0,
  defaultLoad: idleLoad,
});
