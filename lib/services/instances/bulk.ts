import type { Clock } from '../../platform/clock.ts';
import { invalid } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { NewId } from '../../platform/ids.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import { maxTogether } from '../../platform/store/create.ts';
import { VersionMoved } from '../../platform/store/signals.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Watcher } from '../../platform/table/resource.ts';
import type { Tables, Write } from '../../platform/table/types.ts';
import type { Zones } from '../zones/service.ts';
import type { Networks, Volumes } from './attachments.ts';
import { checkTermination } from './decisions.ts';
import { launchTogether } from './launch-batches/new-batch.ts';
import type { LaunchTemplate } from './launch-template.ts';
import { checkWorkload, newInstance, placeFields } from './new-instance.ts';
import { type InstanceRecord, usageOf } from './record.ts';

/** Instances at most that one `launchMany` launches: as many as one transaction holds. */
export const maxLaunches = maxTogether;

/** Instances at most that one `terminateMany` ends; those with many volumes are ended in several. */
export const maxTerminations = 20;

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html, less what a caller may add. */
const maxTerminationWrites = 80;

export interface BulkInstancesOptions {
  store: Pick<ResourceStore<InstanceRecord>, 'createMany' | 'find' | 'planRemoval'>;
  tables: Pick<Tables, 'transact'>;
  clock: Clock;
  newId: NewId;
  networks: Networks;
  volumes: Pick<Volumes, 'detach'>;
  zones: Pick<Zones, 'homeOf'>;
  /** Machine images that the operator lets tenants launch by id. */
  amiAllowList: readonly string[];
}

export interface LaunchManyOptions {
  /** The scaling group that they belong to. */
  scalingGroupId?: string;
  /** Whether they are measured each minute from their first on; default false. */
  detailedMonitoring?: boolean;
  /** Who is told when one of them changes or goes. */
  watchedBy?: Watcher;
  /** The caller's own part of the transaction, given the records that are being written; 40 writes at most. */
  extra?: (instances: readonly InstanceRecord[]) => readonly Write[];
}

export interface TerminateManyOptions {
  /** Also such as are under termination protection, as EC2's own scaling groups do. Default false. */
  evenIfProtected?: boolean;
  /** The caller's own part of the transaction, given the instances that it ends; 20 writes at most. */
  extra?: (instances: readonly InstanceRecord[]) => readonly Write[];
}

/** `undefined` where somebody else has changed a record in between: the caller reads again and decides anew. */
const unlessMoved = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof VersionMoved) return undefined;
    throw error;
  }
};

/**
 * Instances launched and ended many at a time, for the platform's own parts: scaling groups and batch jobs. Each of the two
 * is one transaction together with what its caller writes, so that a repeat after a crash finds either all or nothing.
 */
export class BulkInstances {
  readonly #options: BulkInstancesOptions;

  constructor(options: BulkInstancesOptions) {
    this.#options = options;
  }

  /** What `launchMany` would refuse of a template, whatever there is room for. @throws CloudError as `launchMany` */
  check(template: LaunchTemplate): void {
    checkWorkload(template, this.#options.amiAllowList);
  }

  /**
   * Records new instances in `STARTING`, alike in all but name and id: one transaction with the tenant's quotas, the
   * addresses of their subnet, and the caller's writes. They go to EC2 as one call.
   * @param names of each; 1 to 45
   * @returns undefined where the version that one of the caller's writes asks for has moved on; nothing is written then
   * @throws CloudError `INVALID_INPUT`, `INVALID_PORT_FORMAT`, `TOO_MANY_PORTS`, `NOT_FOUND` for an unknown network,
   * `RESOURCE_LIMIT_EXCEEDED` where a quota or the subnet has no room for all of them
   */
  async launchMany(
    caller: Caller,
    template: LaunchTemplate,
    names: readonly string[],
    { scalingGroupId, detailedMonitoring, watchedBy, extra = () => [] }: LaunchManyOptions = {},
  ): Promise<InstanceRecord[] | undefined> {
    const { store, networks, zones, amiAllowList } = this.#options;
    if (names.length < 1 || names.length > maxLaunches)
      throw invalid('count', `must be 1 to ${maxLaunches} at a time`);
    const workload = checkWorkload(template, amiAllowList);
    const network = await networks.resolve(caller, {
      vpcId: template.vpc_id ?? undefined,
      subnetId: template.subnet_id ?? undefined,
      securityGroupIds: template.security_group_ids ?? [],
      count: names.length,
    });
    const place = placeFields(caller, network, network?.zone ?? zones.homeOf(caller.principal));
    const alike = names.map(
      (name): InstanceRecord => ({
        ...newInstance(this.#options, caller, { ...template, name }, workload),
        ...place,
        scaling_group_id: scalingGroupId,
        detailed_monitoring: detailedMonitoring || undefined,
        watched_by: watchedBy,
      }),
    );
    const { instances, writes } = launchTogether(this.#options, caller, alike);
    return unlessMoved(() =>
      store.createMany(caller, instances, {
        usageOf,
        extra: [...writes, ...(network?.join ?? []), ...extra(instances)],
      }),
    );
  }

  /**
   * Ends instances as `Instances.delete` does, in one transaction with the caller's writes. Those that are gone already, or
   * on their way, are left out.
   * @param ids 1 to 20
   * @returns the instances that were ended, as they were: fewer than asked for where their volumes need more room than a
   * transaction has. `undefined` where somebody else changed one of them, or what the caller's writes ask for: nothing is
   * written then
   * @throws CloudError `CONFLICT` under termination protection
   */
  async terminateMany(
    caller: Caller,
    ids: readonly string[],
    { evenIfProtected = false, extra = () => [] }: TerminateManyOptions = {},
  ): Promise<InstanceRecord[] | undefined> {
    if (ids.length > maxTerminations) throw invalid('count', `must be ${maxTerminations} at a time at most`);
    const { store, tables } = this.#options;
    const { signal, principal } = caller;
    const found = await Promise.all(
      [...new Set(ids)].map((id) => store.find(principal.tenant, id, { signal })),
    );
    const ended: InstanceRecord[] = [];
    const writes: Write[] = [];
    for (const instance of found) {
      if (!instance) continue;
      if (!evenIfProtected) checkTermination(instance, undefined);
      const planned = await this.planTermination(caller, instance);
      if (ended.length > 0 && writes.length + planned.length > maxTerminationWrites) break;
      ended.push(instance);
      writes.push(...planned);
    }
    return unlessMoved(async () => {
      await tables.transact([...writes, ...extra(ended)], { signal });
      return ended;
    });
  }

  /**
   * One instance's end as writes of somebody else's transaction, decided on the given record: they fail with `VersionMoved`
   * where it has moved on. Termination protection is the caller's to ask for.
   */
  async planTermination(caller: Caller, instance: InstanceRecord): Promise<Write[]> {
    const { store, networks, volumes } = this.#options;
    const event = requested(this.#options, caller, 'terminate');
    return [
      ...store.planRemoval(instance, { event }),
      ...networks.leave(instance),
      ...(await volumes.detach(caller, instance)),
    ];
  }
}

/**
 * Names for instances that are launched together: the prefix, cut to fit the contract's 64 characters, and eight digits
 * that tell them apart. Instance names are not unique, so a chance repeat does no harm.
 */
export const namesFor = (prefix: string, count: number, newId: NewId): string[] =>
  Array.from({ length: count }, () => `${prefix.slice(0, 55)}-${newId().slice(-8)}`);
