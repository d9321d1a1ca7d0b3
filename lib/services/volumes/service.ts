import type { Clock } from '../../platform/clock.ts';
import { CloudError, invalid } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import type { NewId } from '../../platform/ids.ts';
import { newRecord } from '../../platform/store/new-record.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Write } from '../../platform/table/types.ts';
import type { Action } from '../actions/schema.ts';
import type { Actions } from '../actions/service.ts';
import type { InstanceRecord } from '../instances/service.ts';
import type { Zones } from '../zones/service.ts';
import { checkAvailable, checkHost, checkUnused } from './decisions.ts';
import { asked } from './events.ts';
import { freeDevice, withoutVolume } from './instance-volumes.ts';
import { attachmentFields, usageOf, type VolumeRecord, volumeOf } from './record.ts';
import { leaveSource } from './restoring.ts';
import type { AttachVolume, CreateVolume, UpdateVolume, Volume, VolumeFilters } from './schema.ts';
import { changeShape, resolveShape, sameShape, type VolumeShape } from './volume-types.ts';

export { type VolumeRecord, volumeKind } from './record.ts';
export { snapshotUses } from './restoring.ts';
export type { Surroundings } from './surroundings.ts';

export interface VolumesOptions {
  store: ResourceStore<VolumeRecord>;
  instances: Pick<ResourceStore<InstanceRecord>, 'find' | 'get' | 'plan'>;
  actions: Pick<Actions, 'list'>;
  clock: Clock;
  newId: NewId;
  zones: Pick<Zones, 'resolve'>;
}

/** The snapshot that a new volume is made of. */
export interface RestoreSource {
  snapshotId: string;
  /** Writes of the creation's transaction: they keep the snapshot. */
  join: readonly Write[];
}

type Answer = { message: string };

/** Actions that are listed where no page is asked for; the rest follows by cursor. */
const maxActions = 100;

/** The rules of volumes (contract 2.4, and beyond it). It only ever writes what is wanted; EBS follows. */
export class Volumes {
  readonly #options: VolumesOptions;

  constructor(options: VolumesOptions) {
    this.#options = options;
  }

  /**
   * Records a new volume, `AVAILABLE` from the start: one transaction with the tenant's quotas.
   * @param source a snapshot that it is restored from
   * @throws CloudError `INVALID_INPUT`, `CONFLICT` for a taken name, `RESOURCE_LIMIT_EXCEEDED`
   */
  async create(caller: Caller, input: CreateVolume, source?: RestoreSource): Promise<Volume> {
    const { store, zones, newId } = this.#options;
    const shape = resolveShape(input);
    const record: VolumeRecord = {
      ...newRecord(newId, caller),
      ...shape,
      name: input.name,
      status: 'AVAILABLE',
      zone: zones.resolve(caller.principal, input.availability_zone, 'availability_zone'),
      event: asked(this.#options, caller, source ? 'restore' : 'create', {}),
      ...(source && { snapshot_id: source.snapshotId, restoring: true }),
    };
    const answer = volumeOf(record);
    await store.create(caller, record, { usage: usageOf(record), answer, extra: source?.join });
    return answer;
  }

  /** A page where one is asked for, else the tenant's volumes, newest first. */
  async list(caller: Caller, request: ListRequest, { state }: VolumeFilters): Promise<Listed<Volume[]>> {
    const filters = { equals: { status: state } };
    const listed = await this.#options.store.page(caller.principal.tenant, request, filters, caller.signal);
    return { ...listed, items: listed.items.map(volumeOf) };
  }

  /** @throws CloudError `NOT_FOUND` */
  async get(caller: Caller, idOrName: string): Promise<Volume> {
    return volumeOf(await this.find(caller, idOrName));
  }

  /** The stored record. @throws CloudError `NOT_FOUND` */
  async find(caller: Caller, idOrName: string): Promise<VolumeRecord> {
    return this.#options.store.get(caller.principal.tenant, idOrName, { signal: caller.signal });
  }

  /**
   * Renames, grows, or changes type and speed. Growth counts against the quota from now on.
   * @throws CloudError `NOT_FOUND`, `INVALID_INPUT` for less room than there is, `CONFLICT` for a taken name or a volume that
   * EBS could not make, `RESOURCE_LIMIT_EXCEEDED`
   */
  async update(caller: Caller, idOrName: string, { name, ...shape }: UpdateVolume): Promise<Volume> {
    const after = await this.#options.store.change(
      caller,
      idOrName,
      (current) => {
        const wanted = changeShape(current, shape);
        const renamed = name === undefined || name === current.name ? {} : { name };
        if (!sameShape(current, wanted)) return this.#reshape(caller, current, wanted, renamed);
        if (renamed.name === undefined) return undefined;
        const { phase, ...event } = asked(this.#options, caller, 'update', current);
        // What is still under way goes on, and the two end together.
        const pending = current.observed_generation < current.generation;
        return { set: { ...renamed, event: { ...event, phase: pending ? phase : 'succeeded' } } };
      },
      volumeOf,
    );
    return volumeOf(after);
  }

  /**
   * Attaches to an instance of the same zone that runs, is stopped, or is starting.
   * @throws CloudError `NOT_FOUND` for the volume or the instance, `INVALID_INPUT` for a volume that is not AVAILABLE or lies
   * elsewhere, `CONFLICT` for an instance in `ERROR`, `RESOURCE_LIMIT_EXCEEDED`
   */
  async attach(caller: Caller, idOrName: string, input: AttachVolume): Promise<Volume> {
    const { store, instances } = this.#options;
    const { tenant } = caller.principal;
    const after = await store.change(
      caller,
      idOrName,
      async (current) => {
        const instance = await instances.get(tenant, input.instance_id, { signal: caller.signal });
        checkAvailable(current, 'id');
        checkHost(current, instance);
        const held = instance.volumes ?? [];
        const device = freeDevice(held, input.device);
        const { mount_path, delete_on_termination } = input;
        const attached = { volume_id: current.id, mount_path, device, delete_on_termination };
        return {
          set: {
            status: 'IN-USE',
            instance_id: instance.id,
            mount_path,
            device,
            delete_on_termination,
            asked_at: this.#now(),
            event: asked(this.#options, caller, 'attach', current),
          },
          intent: true,
          extra: [instances.plan(instance, { set: { volumes: [...held, attached] } }).write],
        };
      },
      volumeOf,
    );
    return volumeOf(after);
  }

  /** `AVAILABLE` at once; EBS follows. @throws CloudError `NOT_FOUND`, `INVALID_INPUT` for one that is not attached */
  async detach(caller: Caller, idOrName: string): Promise<Volume> {
    const { store, instances } = this.#options;
    const after = await store.change(
      caller,
      idOrName,
      async (current) => {
        if (current.status !== 'IN-USE' || !current.instance_id)
          throw invalid('id', `the volume is ${current.status}: it is attached to no instance`);
        const { signal } = caller;
        const instance = await instances.find(current.tenant, current.instance_id, { signal });
        return {
          set: {
            status: 'AVAILABLE',
            asked_at: this.#now(),
            event: asked(this.#options, caller, 'detach', current),
          },
          remove: attachmentFields,
          intent: true,
          extra: withoutVolume(instances, instance, current.id),
        };
      },
      volumeOf,
    );
    return volumeOf(after);
  }

  /**
   * Deletes the volume, its schedules, and (contract 2.4) its snapshots, unless they are to be kept.
   * @throws CloudError `NOT_FOUND`, `INVALID_INPUT` for one that is IN-USE
   */
  async delete(caller: Caller, idOrName: string, keepSnapshots: boolean): Promise<Answer> {
    const { store, instances } = this.#options;
    const answer = { message: 'volume deleted' };
    await store.remove(
      caller,
      idOrName,
      async (current) => {
        checkUnused(current);
        const { instance_id: host } = current;
        const { signal } = caller;
        const instance = host ? await instances.find(current.tenant, host, { signal }) : undefined;
        return {
          set: {
            status: 'DELETING',
            keep_snapshots: keepSnapshots,
            restoring: false,
            asked_at: this.#now(),
            event: asked(this.#options, caller, 'delete', current),
          },
          extra: [...leaveSource(current), ...withoutVolume(instances, instance, current.id)],
        };
      },
      answer,
    );
    return answer;
  }

  /** What was done to a volume, newest first. @throws CloudError `NOT_FOUND` */
  async history(caller: Caller, idOrName: string, request: ListRequest): Promise<Listed<Action[]>> {
    if (request.q !== undefined) throw invalid('q', 'actions can not be searched');
    if (request.sortDir !== 'desc') throw invalid('sortDir', 'actions are listed newest first');
    if ((request.page ?? 1) > 1) throw invalid('page', 'actions go on with the cursor of the page before');
    const { tenant, id } = await this.find(caller, idOrName);
    const limit = request.paged ? request.pageSize : maxActions;
    const { cursor } = request;
    return this.#options.actions.list(
      { tenant, kind: 'VOLUME', id },
      { limit, cursor, signal: caller.signal },
    );
  }

  #reshape(caller: Caller, current: VolumeRecord, wanted: VolumeShape, renamed: { name?: string }) {
    if (current.status === 'ERROR' && !current.provider_id)
      throw new CloudError('CONFLICT', 'the volume is in ERROR; delete it and make another');
    const more = wanted.size_gb - current.size_gb;
    const lacking = (['iops', 'throughput'] as const).filter((field) => wanted[field] === undefined);
    return {
      set: {
        ...wanted,
        ...renamed,
        asked_at: this.#now(),
        event: asked(this.#options, caller, more > 0 ? 'grow' : 'modify', current),
      },
      remove: lacking,
      intent: true,
      ...(more > 0 && { usage: { volume_gib: more } }),
    };
  }

  #now(): string {
    return new Date(this.#options.clock.now()).toISOString();
  }
}
