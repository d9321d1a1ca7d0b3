import type { Clock } from '../../platform/clock.ts';
import { CloudError, invalid } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import type { NewId } from '../../platform/ids.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import { listAll } from '../../platform/store/list-all.ts';
import { newRecord } from '../../platform/store/new-record.ts';
import { pageInMemory } from '../../platform/store/page-in-memory.ts';
import { removeUnused } from '../../platform/store/remove-unused.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Volume } from '../volumes/schema.ts';
import { snapshotUses, type VolumeRecord, type Volumes } from '../volumes/service.ts';
import { type SnapshotRecord, snapshotOf, snapshotUsage } from './record.ts';
import type { CreateSnapshot, RestoreSnapshot, Snapshot, SnapshotFilters } from './schema.ts';

export { takeAlongSnapshots } from './along.ts';
export { type SnapshotRecord, snapshotKind, snapshotUsage } from './record.ts';

export interface SnapshotsOptions {
  store: ResourceStore<SnapshotRecord>;
  /** To be restored into. */
  volumes: Pick<Volumes, 'create' | 'find'>;
  /** Read for who still needs a snapshot. */
  volumeStore: Pick<ResourceStore<VolumeRecord>, 'list'>;
  clock: Clock;
  newId: NewId;
}

type Answer = { message: string };

/** A name that stands in an answer is at most one of this many. */
const maxNamed = 5;

/** The rules of snapshots (contract 2.5). It only ever writes what is wanted; EBS follows. */
export class Snapshots {
  readonly #options: SnapshotsOptions;

  constructor(options: SnapshotsOptions) {
    this.#options = options;
  }

  /**
   * Records a new snapshot in `CREATING`, whatever the volume is doing.
   * @throws CloudError `NOT_FOUND` for an unknown volume, `RESOURCE_LIMIT_EXCEEDED`
   */
  async create(caller: Caller, input: CreateSnapshot): Promise<Snapshot> {
    const { store, volumes, newId } = this.#options;
    const volume = await volumes.find(caller, input.volume_id);
    const record: SnapshotRecord = {
      ...newRecord(newId, caller),
      name: volume.name,
      status: 'CREATING',
      volume_id: volume.id,
      size_gb: volume.size_gb,
      description: input.description || undefined,
      event: requested(this.#options, caller, 'create'),
    };
    const answer = snapshotOf(record);
    const extra = [snapshotUses.open(record)];
    await store.create(caller, record, { usage: snapshotUsage, answer, extra });
    return answer;
  }

  /** A page where one is asked for, else the tenant's snapshots, newest first. Those of one volume are read from the table itself. */
  async list(
    caller: Caller,
    request: ListRequest,
    { state, volume_id }: SnapshotFilters,
  ): Promise<Listed<Snapshot[]>> {
    const { store } = this.#options;
    const { tenant } = caller.principal;
    const isAsked = (one: SnapshotRecord) =>
      one.volume_id === volume_id && (state === undefined || one.status === state);
    const listed =
      volume_id === undefined
        ? await store.page(tenant, request, { equals: { status: state } }, caller.signal)
        : pageInMemory((await listAll(store, tenant, caller.signal)).filter(isAsked), request);
    return { ...listed, items: listed.items.map(snapshotOf) };
  }

  /** @throws CloudError `NOT_FOUND` */
  async get(caller: Caller, id: string): Promise<Snapshot> {
    return snapshotOf(await this.#find(caller, id));
  }

  /** @throws CloudError `NOT_FOUND`, `CONFLICT` while volumes are being restored from it, naming them */
  async delete(caller: Caller, id: string): Promise<Answer> {
    const answer = { message: 'snapshot deleted' };
    const event = requested(this.#options, caller, 'delete');
    await removeUnused(
      (inUse) =>
        this.#options.store.remove(
          caller,
          id,
          (current) => ({
            set: { status: 'DELETING', event },
            extra: [snapshotUses.close(current, inUse)],
          }),
          answer,
        ),
      (cause) => this.#refusal(caller, id, cause),
    );
    return answer;
  }

  /**
   * Makes a new volume of it, of the same size or larger.
   * @throws CloudError `NOT_FOUND`, `INVALID_INPUT` for one that is not AVAILABLE or does not fit, `CONFLICT` for a taken name,
   * `RESOURCE_LIMIT_EXCEEDED`
   */
  async restore(caller: Caller, id: string, input: RestoreSnapshot): Promise<Volume> {
    const snapshot = await this.#find(caller, id);
    if (snapshot.status !== 'AVAILABLE')
      throw invalid('id', `the snapshot is ${snapshot.status}, not AVAILABLE`);
    const { new_volume_name: name, size_gb = snapshot.size_gb, type = 'gp3', ...rest } = input;
    if (size_gb < snapshot.size_gb)
      throw invalid('size_gb', `must be at least the snapshot's ${snapshot.size_gb}`);
    const source = { snapshotId: snapshot.id, join: [snapshotUses.join(snapshot)] };
    return this.#options.volumes.create(caller, { name, size_gb, type, ...rest }, source);
  }

  #find(caller: Caller, id: string): Promise<SnapshotRecord> {
    return this.#options.store.get(caller.principal.tenant, id, { signal: caller.signal });
  }

  async #refusal({ principal, signal }: Caller, snapshotId: string, cause: unknown): Promise<CloudError> {
    const { store, volumeStore } = this.#options;
    const [{ id }, volumes] = await Promise.all([
      store.get(principal.tenant, snapshotId, { signal }),
      listAll(volumeStore, principal.tenant, signal),
    ]);
    const names = volumes.flatMap(({ name, snapshot_id, restoring }) =>
      restoring && snapshot_id === id ? [name] : [],
    );
    const rest = names.length - maxNamed;
    const named = `${names.slice(0, maxNamed).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
    const who = named === '' ? '' : `: ${named}`;
    return new CloudError('CONFLICT', `volumes are being restored from the snapshot${who}`, { cause });
  }
}
