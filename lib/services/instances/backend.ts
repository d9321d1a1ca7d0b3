import type { CloudNetwork } from './attachments.ts';
import type { Image } from './images.ts';
import type { Placement } from './record.ts';

/** EC2's own instance states. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html */
export type MachineState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';

/** What a compute backend says of one machine. */
export interface Machine {
  id: string;
  state: MachineState;
  privateIp?: string;
  /** The `host:container` pairs that it really serves, where the backend had to choose other host ports than asked. */
  ports?: string;
  /** Why it is in this state, where the backend says so. */
  reason?: string;
}

/** A machine, and what it was launched for: an instance, or a batch of launches. */
export interface OwnedMachine extends Machine {
  tenant: string;
  /** Absent where it was launched together with others: then its owner is in the table, by its id. */
  instance?: string;
  launchBatch?: string;
}

/** All machines that a stage of the platform has, ended ones included for about an hour. */
export interface Fleet {
  pages(signal: AbortSignal): AsyncGenerator<OwnedMachine[]>;
}

export interface PlacementRequest {
  tenant: string;
  image: Image;
  instanceType: string;
  /** TCP ports that are open to everyone. */
  openPorts: readonly number[];
  /** The tenant's own network; left out, the landing network. */
  network?: CloudNetwork;
  /** The only zone that will do, as the machine's volumes lie there. */
  zone?: string;
  /** The tenant's home zone, where it has one of its own. */
  homeZone?: string;
  /** The zones are tried in turn, from the home zone on: 0 is the first. Any non-negative integer. */
  zoneTurn: number;
}

/** A machine that is there, and the groups that it shall be in from now on. */
export interface RegroupRequest {
  tenant: string;
  machineId: string;
  openPorts: readonly number[];
  network: CloudNetwork;
}

export interface LaunchRequest {
  tenant: string;
  id: string;
  name: string;
  /** The same token and the same parameters give the same machine, at any time until it is gone. */
  token: string;
  instanceType: string;
  placement: Placement;
  /** An address of the subnet; left out, EC2 picks one. */
  privateIp?: string;
  /** Plain text; at most 16 KB. */
  userData?: string;
  /** Measured each minute, and not each fifth, from its first on. */
  detailedMonitoring?: boolean;
}

export type LaunchOutcome =
  | { outcome: 'launched'; machine: Machine }
  /**
   * Nothing was launched and the same request never will; a fresh attempt may. `zoneIsFull`: in another zone. `reason`
   * is safe to show.
   */
  | { outcome: 'refused'; zoneIsFull: boolean; reason: string };

/** Machines that are alike in all but their ids and addresses. */
export interface LaunchManyRequest
  extends Pick<
    LaunchRequest,
    'tenant' | 'id' | 'name' | 'token' | 'instanceType' | 'placement' | 'userData' | 'detailedMonitoring'
  > {
  /** As many are launched as there is room for, of these; at least one. */
  count: number;
}

export type LaunchManyOutcome =
  /**
   * The machines that the token launched, now or earlier. Not `complete`: an earlier one it was, and the backend may not show
   * all of them yet, nor those any more that have ended.
   */
  | { outcome: 'launched'; machines: readonly Machine[]; complete: boolean }
  | Extract<LaunchOutcome, { outcome: 'refused' }>;

/**
 * Machines, in the platform's terms. Every method is safe to repeat, and throws nothing but `BackendError` on purpose.
 */
export interface Compute {
  /** Number of zones that a machine can be placed in. */
  readonly zones: number;
  /** Resolves the image and finds or makes the tenant's security group: all that a launch must freeze beforehand. */
  place(request: PlacementRequest, signal: AbortSignal): Promise<Placement & { zone: string }>;
  launch(request: LaunchRequest, signal: AbortSignal): Promise<LaunchOutcome>;
  /** Launches in one call; `id` is the batch's. The same token and the same parameters give the same machines. */
  launchMany(request: LaunchManyRequest, signal: AbortSignal): Promise<LaunchManyOutcome>;
  /** The machines that the backend knows, by id. */
  describe(machineIds: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Machine>>;
  /** The machines that were launched with these tokens, by token. */
  findByToken(tokens: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Machine>>;
  /** All machines that one token has launched, as far as the backend shows them. */
  findLaunched(token: string, signal: AbortSignal): Promise<readonly Machine[]>;
  start(machineId: string, signal: AbortSignal): Promise<void>;
  stop(machineId: string, signal: AbortSignal): Promise<void>;
  reboot(machineId: string, signal: AbortSignal): Promise<void>;
  terminate(machineId: string, signal: AbortSignal): Promise<void>;
  /** Puts a machine into other security groups: the network's, or the platform's own where it names none. */
  regroup(request: RegroupRequest, signal: AbortSignal): Promise<Pick<Placement, 'group_id' | 'group_ids'>>;
  /** Removes a security group that `place` made, unless a machine still uses it. */
  releaseGroup(groupId: string, signal: AbortSignal): Promise<void>;
}
