import { creationWindowMilliseconds } from '../../platform/lifecycle/creation.ts';
import type { Change, Controller, Step } from '../../platform/lifecycle/types.ts';
import type { CloudNetworks, CloudVolumes } from './attachments.ts';
import type { Compute, Machine } from './backend.ts';
import { machineKey, ownerOf, userDataKey } from './keys.ts';
import { wantsMachine } from './launch-batches/members.ts';
import { createPlacing } from './placing.ts';
import { clientTokenOf, type InstanceRecord, type Placement, usageOf } from './record.ts';
import { isTriedOut, refusedEveryTime } from './tries.ts';
import { openPortsOf, userDataOf } from './workload.ts';

/** State changes arrive as events; these are for an event that was lost. */
const shortestWaitMilliseconds = 2_000;
const longestWaitMilliseconds = 30_000;

type InstanceStep = Step<InstanceRecord>;
type InstanceChange = Change<InstanceRecord>;

/** Whether EC2 has yet to be told of the security groups that are wanted. */
const groupsDiffer = ({ subnet_id, security_group_ids = [], groups_done = [] }: InstanceRecord): boolean =>
  subnet_id !== undefined && [...security_group_ids].sort().join() !== [...groups_done].sort().join();

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

const elapsed = (wanted: InstanceRecord, now: number): number =>
  now - Date.parse(wanted.asked_at ?? wanted.created_at);

/** Waits longer the longer it already took, within bounds. */
const awaitEvent = (wanted: InstanceRecord, now: number, reason: string): InstanceStep => ({
  do: 'wait',
  milliseconds: Math.min(Math.max(elapsed(wanted, now), shortestWaitMilliseconds), longestWaitMilliseconds),
  reason,
});

const found = (machine: Machine, wanted: InstanceRecord, now: number): InstanceChange => ({
  set: { container_id: machine.id, private_ip: machine.privateIp, asked_at: iso(now) },
  extra: [ownerOf(machine.id, wanted)],
});

export interface InstanceControllerOptions {
  compute: Compute;
  networks: CloudNetworks;
  volumes: CloudVolumes;
  /** The user data stored for an instance. */
  userData(tenant: string, id: string, signal: AbortSignal): Promise<string | undefined>;
  /** Whether a batch that an instance is to be launched with is still at work. */
  launchBatchIsThere(tenant: string, id: string, signal: AbortSignal): Promise<boolean>;
}

/**
 * How an instance is brought about on EC2. What is wanted: `deleted_at`, else `desired_status`; with neither the record
 * follows what EC2 reports.
 */
export const createInstanceController = ({
  compute,
  networks,
  volumes,
  userData,
  launchBatchIsThere,
}: InstanceControllerOptions): Controller<InstanceRecord, Machine> => {
  const findPlace = createPlacing({ compute, networks });

  /** One call that changes the machine's state; the state-change event, or else the fallback, brings us back. */
  const ask = (
    name: string,
    now: number,
    call: (signal: AbortSignal) => Promise<void>,
    change: InstanceChange = {},
  ): InstanceStep => ({
    do: 'call',
    name,
    call: async (signal) => {
      await call(signal);
      return { ...change, set: { asked_at: iso(now), ...change.set } };
    },
    waitMilliseconds: shortestWaitMilliseconds,
  });

  const place = (wanted: InstanceRecord, now: number): InstanceStep => ({
    do: 'call',
    name: 'PlaceInstance',
    call: async (signal) => {
      const { placement, zone, network } = await findPlace(wanted, signal);
      const groups_done = network && [...(wanted.security_group_ids ?? [])];
      return { set: { placement, zone, asked_at: iso(now), groups_done }, seenHolds: true };
    },
  });

  const run = (
    wanted: InstanceRecord,
    placement: NonNullable<InstanceRecord['placement']>,
    now: number,
  ): InstanceStep => ({
    do: 'call',
    name: 'RunInstances',
    call: async (signal) => {
      const mounts = wanted.volumes?.some(({ mount_path }) => mount_path)
        ? await volumes.locate(wanted, signal)
        : [];
      const stored = wanted.user_data ? await userData(wanted.tenant, wanted.id, signal) : undefined;
      const result = await compute.launch(
        {
          tenant: wanted.tenant,
          id: wanted.id,
          name: wanted.name,
          token: clientTokenOf(wanted),
          instanceType: wanted.instance_type,
          detailedMonitoring: wanted.detailed_monitoring,
          placement,
          privateIp: wanted.named_ip,
          userData: userDataOf(wanted, stored, mounts),
        },
        signal,
      );
      if (result.outcome === 'launched') return found(result.machine, wanted, now);
      return {
        set: {
          attempt: wanted.attempt + 1,
          zones_full: (wanted.zones_full ?? 0) + (result.zoneIsFull ? 1 : 0),
          status_reason: result.reason,
        },
        remove: ['placement'],
      };
    },
    waitMilliseconds: shortestWaitMilliseconds,
  });

  /** Its batch gives it a machine, or lets go of it. What became of neither is launched, or ended, by itself. */
  const awaitBatch = (wanted: InstanceRecord, batch: string): InstanceStep => ({
    do: 'call',
    name: 'ReadLaunchBatch',
    call: async (signal) => {
      const isThere = await launchBatchIsThere(wanted.tenant, batch, signal);
      return isThere ? undefined : { remove: ['launch_batch'] };
    },
    waitMilliseconds: wantsMachine(wanted) ? longestWaitMilliseconds : shortestWaitMilliseconds,
  });

  const launch = (wanted: InstanceRecord, now: number): InstanceStep => {
    if (!wanted.desired_status) return { do: 'converged' };
    if (wanted.placement) return run(wanted, wanted.placement, now);
    if (wanted.desired_status === 'STOPPED') {
      return { do: 'converged', set: { status: 'STOPPED' }, remove: ['desired_status', 'status_reason'] };
    }
    if (isTriedOut(wanted, compute.zones))
      return { do: 'fail', reason: wanted.status_reason ?? refusedEveryTime };
    return place(wanted, now);
  };

  const end = (wanted: InstanceRecord, machine: Machine | undefined, now: number): InstanceStep => {
    const mayAppear =
      (wanted.container_id || wanted.placement) && elapsed(wanted, now) < creationWindowMilliseconds;
    if (!machine && mayAppear) return awaitEvent(wanted, now, 'making sure that no machine is left');
    if (machine && machine.state !== 'terminated') {
      if (machine.state === 'shutting-down') return awaitEvent(wanted, now, 'the machine is shutting down');
      return ask(
        'TerminateInstances',
        now,
        (signal) => compute.terminate(machine.id, signal),
        wanted.container_id ? {} : found(machine, wanted, now),
      );
    }
    const { placement } = wanted;
    const ownGroup = placement?.group_id;
    if (ownGroup !== undefined && openPortsOf(wanted).length > 0) {
      return {
        do: 'call',
        name: 'DeleteSecurityGroup',
        call: async (signal) => {
          await compute.releaseGroup(ownGroup, signal);
          return { remove: ['placement'] };
        },
      };
    }
    return {
      do: 'forget',
      usage: usageOf(wanted),
      extra: [
        ...networks.release(wanted),
        ...(wanted.container_id ? [{ delete: machineKey(wanted.container_id) }] : []),
        ...(wanted.user_data ? [{ delete: userDataKey(wanted.tenant, wanted.id) }] : []),
      ],
    };
  };

  const lost = (wanted: InstanceRecord, reason: string): InstanceStep =>
    wanted.status === 'ERROR' && !wanted.desired_status ? { do: 'converged' } : { do: 'fail', reason };

  const settled = (
    wanted: InstanceRecord,
    machine: Machine,
    status: 'RUNNING' | 'STOPPED',
  ): InstanceStep => ({
    do: 'converged',
    set: {
      status,
      private_ip: machine.privateIp,
      ...(machine.ports === undefined ? {} : { published_ports: machine.ports }),
      ...(wanted.restarts_wanted ? { restarts_done: wanted.restarts_wanted } : {}),
    },
    remove: ['desired_status', 'status_reason', 'zones_full'],
  });

  const regroup = (wanted: InstanceRecord, machine: Machine): InstanceStep => ({
    do: 'call',
    name: 'ModifyInstanceAttribute',
    call: async (signal) => {
      const network = await networks.locate(wanted, signal);
      const grouped = await compute.regroup(
        { tenant: wanted.tenant, machineId: machine.id, openPorts: openPortsOf(wanted), network },
        signal,
      );
      const { group_id: _, group_ids: __, ...rest } = wanted.placement as Placement;
      return {
        set: { placement: { ...rest, ...grouped }, groups_done: [...(wanted.security_group_ids ?? [])] },
      };
    },
  });

  const keep = (wanted: InstanceRecord, machine: Machine, now: number): InstanceStep => {
    const desired = wanted.desired_status;
    const rests = machine.state === 'running' || machine.state === 'stopped';
    if (rests && wanted.placement && groupsDiffer(wanted)) return regroup(wanted, machine);
    switch (machine.state) {
      case 'shutting-down':
      case 'terminated':
        return lost(wanted, machine.reason ?? 'the machine was terminated outside of the platform');
      case 'pending':
      case 'stopping':
        return desired ? awaitEvent(wanted, now, `the machine is ${machine.state}`) : { do: 'converged' };
      case 'stopped':
        return desired === 'RUNNING'
          ? ask('StartInstances', now, (signal) => compute.start(machine.id, signal))
          : settled(wanted, machine, 'STOPPED');
      case 'running': {
        if (desired === 'STOPPED')
          return ask('StopInstances', now, (signal) => compute.stop(machine.id, signal));
        const restarts = wanted.restarts_wanted ?? 0;
        if (restarts <= (wanted.restarts_done ?? 0)) return settled(wanted, machine, 'RUNNING');
        return {
          do: 'call',
          name: 'RebootInstances',
          call: async (signal) => {
            await compute.reboot(machine.id, signal);
            return { set: { restarts_done: restarts } };
          },
        };
      }
    }
  };

  return {
    kind: 'INSTANCE',

    async observe(resources, signal) {
      const launched = resources.filter((resource) => resource.container_id);
      const uncertain = resources.filter(
        (resource) => resource.deleted_at && !resource.container_id && resource.placement,
      );
      const [byId, byToken] = await Promise.all([
        compute.describe(
          launched.map((resource) => resource.container_id as string),
          signal,
        ),
        compute.findByToken(uncertain.map(clientTokenOf), signal),
      ]);
      return new Map(
        resources.flatMap((resource): [string, Machine][] => {
          const machine = resource.container_id
            ? byId.get(resource.container_id)
            : byToken.get(clientTokenOf(resource));
          return machine ? [[resource.id, machine]] : [];
        }),
      );
    },

    reconcile(wanted, machine, now) {
      const { launch_batch: batch } = wanted;
      if (batch !== undefined && !wanted.container_id) return awaitBatch(wanted, batch);
      if (wanted.deleted_at) return end(wanted, machine, now);
      if (!wanted.container_id) return launch(wanted, now);
      if (machine) return keep(wanted, machine, now);
      return elapsed(wanted, now) < creationWindowMilliseconds
        ? awaitEvent(wanted, now, 'the machine is not visible yet')
        : lost(wanted, 'the machine is gone; it was terminated outside of the platform');
    },
  };
};
