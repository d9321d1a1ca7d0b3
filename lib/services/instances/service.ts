import type { Clock } from '../../platform/clock.ts';
import { invalid } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import type { NewId } from '../../platform/ids.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { untilCurrent } from '../../platform/store/until-current.ts';
import type { Action } from '../actions/schema.ts';
import type { Actions } from '../actions/service.ts';
import type { Zones } from '../zones/service.ts';
import type { Networks, Volumes } from './attachments.ts';
import { checkTermination, type Decision, decideRestart, decideStart, decideStop } from './decisions.ts';
import { listFilters } from './filters.ts';
import { checkWorkload, newInstance, placeFields } from './new-instance.ts';
import { type InstanceRecord, instanceOf, usageOf } from './record.ts';
import type { Instance, InstanceFilters, LaunchInstance, UpdateInstance } from './schema.ts';
import { storeUserData } from './user-data.ts';
import { checkUserDataSize } from './user-data-size.ts';

export type { CloudNetworks, CloudVolumes, Networks, Volumes } from './attachments.ts';
export {
  BulkInstances,
  type LaunchManyOptions,
  maxLaunches,
  maxTerminations,
  namesFor,
  type TerminateManyOptions,
} from './bulk.ts';
export { machineKey } from './keys.ts';
export { LaunchTemplate } from './launch-template.ts';
export { type LaunchedTogether, ownersOfMachines } from './machine-owners.ts';
export { createInstancePlans, type InstancePlans, type PlannedChange } from './plans.ts';
export { formatPorts, parsePorts } from './ports.ts';
export { type InstanceRecord, instanceKind } from './record.ts';
export { type InstanceSelector, selectInstances } from './selection.ts';
export { hostPortOf } from './workload.ts';

export interface InstancesOptions {
  store: ResourceStore<InstanceRecord>;
  actions: Pick<Actions, 'list'>;
  clock: Clock;
  newId: NewId;
  networks: Networks;
  volumes: Volumes;
  zones: Pick<Zones, 'homeOf'>;
  /** Machine images that the operator lets tenants launch by id. */
  amiAllowList: readonly string[];
}

type Answer = { message: string };

/** Actions that are listed where no page is asked for; the rest follows by cursor. */
const maxActions = 100;

/** The rules of instances (contract 2.3). It only ever writes what is wanted; the controller brings it about. */
export class Instances {
  readonly #options: InstancesOptions;

  constructor(options: InstancesOptions) {
    this.#options = options;
  }

  /**
   * Records a new instance in `STARTING`: one transaction with the tenant's quotas.
   * @throws CloudError `INVALID_INPUT`, `INVALID_PORT_FORMAT`, `TOO_MANY_PORTS`, `NOT_FOUND` for an unknown network or
   * volume, `RESOURCE_LIMIT_EXCEEDED`
   */
  async launch(caller: Caller, input: LaunchInstance): Promise<Instance> {
    const { store, amiAllowList } = this.#options;
    const workload = checkWorkload(input, amiAllowList);
    const userData = input.user_data || undefined;
    if (workload.image.kind === 'container' && userData !== undefined) {
      throw invalid('user_data', 'a container image has none: the platform uses it to run the container');
    }
    const { tenant } = caller.principal;
    const base: InstanceRecord = {
      ...newInstance(this.#options, caller, input, workload),
      user_data: userData === undefined ? undefined : true,
    };
    return untilCurrent('volume', async () => {
      const { network, attached, zone } = await this.#placeFor(caller, input);
      const record: InstanceRecord = {
        ...base,
        ...placeFields(caller, network, zone),
        ...(attached.volumes.length > 0 && { volumes: [...attached.volumes] }),
      };
      checkUserDataSize(record, userData);
      const created = await store.create(caller, record, {
        usage: usageOf(record),
        answer: instanceOf(record),
        extra: [
          ...(network?.join ?? []),
          ...attached.attach(record.id),
          ...(userData === undefined ? [] : [storeUserData(tenant, record.id, userData)]),
        ],
      });
      return instanceOf(created);
    });
  }

  /** A page where one is asked for, else the tenant's instances, newest first. */
  async list(caller: Caller, request: ListRequest, filters: InstanceFilters): Promise<Listed<Instance[]>> {
    const { store } = this.#options;
    const listed = await store.page(caller.principal.tenant, request, listFilters(filters), caller.signal);
    return { ...listed, items: listed.items.map(instanceOf) };
  }

  /** @throws CloudError `NOT_FOUND` */
  async get(caller: Caller, idOrName: string): Promise<Instance> {
    return instanceOf(await this.find(caller, idOrName));
  }

  /** The stored record. @throws CloudError `NOT_FOUND` */
  async find(caller: Caller, idOrName: string): Promise<InstanceRecord> {
    return this.#options.store.get(caller.principal.tenant, idOrName, { signal: caller.signal });
  }

  /** Stopping what is stopped, or stopping, is no change. @throws CloudError `NOT_FOUND`, `INSTANCE_NOT_RUNNING` */
  async stop(caller: Caller, idOrName: string): Promise<Answer> {
    return this.#act(caller, idOrName, 'stop', decideStop, 'instance stopping');
  }

  /** Starting what runs, or starts, is no change. @throws CloudError `NOT_FOUND`, `CONFLICT` for one in `ERROR` */
  async start(caller: Caller, idOrName: string): Promise<Answer> {
    return this.#act(caller, idOrName, 'start', decideStart, 'instance starting');
  }

  /**
   * Reboots the machine, at least once for each request: a crash just after EC2 was told may tell it again.
   * @throws CloudError `NOT_FOUND`, `INSTANCE_NOT_RUNNING`
   */
  async restart(caller: Caller, idOrName: string): Promise<Answer> {
    return this.#act(caller, idOrName, 'restart', decideRestart, 'instance restarting');
  }

  /** Changes name and tags, neither of which EC2 is told of. @throws CloudError `NOT_FOUND` */
  async update(caller: Caller, idOrName: string, update: UpdateInstance): Promise<Instance> {
    const event = requested(this.#options, caller, 'update');
    const after = await this.#options.store.change(
      caller,
      idOrName,
      ({ generation, observed_generation }) => ({
        set: {
          ...(update.name === undefined ? {} : { name: update.name }),
          ...(update.tags === undefined ? {} : { tags: update.tags }),
          // What is still under way goes on, and the two end together.
          event: { ...event, phase: observed_generation < generation ? 'requested' : 'succeeded' },
        },
      }),
      instanceOf,
    );
    return instanceOf(after);
  }

  /**
   * Deletes: out of lists and reads at once; its quota is free when EC2 says that the machine is gone.
   * @param confirm the instance's name, which lifts its termination protection
   * @throws CloudError `NOT_FOUND`, `CONFLICT` under termination protection
   */
  async delete(caller: Caller, idOrName: string, confirm?: string): Promise<Answer> {
    const answer = { message: 'instance terminating' };
    const event = requested(this.#options, caller, 'terminate');
    await this.#options.store.remove(
      caller,
      idOrName,
      async (current) => {
        checkTermination(current, confirm);
        const { networks, volumes } = this.#options;
        return {
          set: { event },
          extra: [...networks.leave(current), ...(await volumes.detach(caller, current))],
        };
      },
      answer,
    );
    return answer;
  }

  /** What was done to an instance, newest first. @throws CloudError `NOT_FOUND` */
  async actions(caller: Caller, idOrName: string, request: ListRequest): Promise<Listed<Action[]>> {
    if (request.q !== undefined) throw invalid('q', 'actions can not be searched');
    if (request.sortDir !== 'desc') throw invalid('sortDir', 'actions are listed newest first');
    if ((request.page ?? 1) > 1) throw invalid('page', 'actions go on with the cursor of the page before');
    const { tenant } = caller.principal;
    const { id } = await this.find(caller, idOrName);
    const { cursor } = request;
    const limit = request.paged ? request.pageSize : maxActions;
    return this.#options.actions.list(
      { tenant, kind: 'INSTANCE', id },
      { limit, cursor, signal: caller.signal },
    );
  }

  /** Where a launch goes: all that it names lies in one zone, the network's before the volumes' before the home zone. */
  async #placeFor(caller: Caller, input: LaunchInstance) {
    const { networks, volumes, zones } = this.#options;
    const [network, attached] = await Promise.all([
      networks.resolve(caller, {
        vpcId: input.vpc_id ?? undefined,
        subnetId: input.subnet_id ?? undefined,
        securityGroupIds: input.security_group_ids ?? [],
        privateIp: input.private_ip ?? undefined,
      }),
      volumes.resolve(caller, input.volumes ?? []),
    ]);
    if (network && attached.zone !== undefined && attached.zone !== network.zone)
      throw invalid(
        'volumes',
        `the volumes lie in zone ${attached.zone}, the subnet in zone ${network.zone}: an instance and its volumes share one`,
      );
    const zone = network?.zone ?? attached.zone ?? zones.homeOf(caller.principal);
    return { network, attached, zone };
  }

  async #act(
    caller: Caller,
    idOrName: string,
    action: string,
    decide: (current: InstanceRecord) => Decision,
    message: string,
  ): Promise<Answer> {
    const event = requested(this.#options, caller, action);
    const answer = { message };
    await this.#options.store.change(
      caller,
      idOrName,
      (current) => {
        const set = decide(current);
        return set && { set: { ...set, event }, intent: true };
      },
      () => answer,
    );
    return answer;
  }
}
