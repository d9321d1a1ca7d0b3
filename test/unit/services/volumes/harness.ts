import { randomUUID } from 'node:crypto';
import { storageKinds } from '../../../../lib/app/storage-kinds.ts';
import { unlimited } from '../../../../lib/platform/aws/call-budget.ts';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { newId } from '../../../../lib/platform/ids.ts';
import { createReconciler } from '../../../../lib/platform/lifecycle/reconciler.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import type { Limits } from '../../../../lib/platform/store/types.ts';
import type { Reconciled } from '../../../../lib/platform/table/resource.ts';
import type { Tables, Write } from '../../../../lib/platform/table/types.ts';
import { createActions } from '../../../../lib/services/actions/service.ts';
import { noCloudNetworks, noNetworks } from '../../../../lib/services/instances/attachments.ts';
import { createEc2Compute } from '../../../../lib/services/instances/backend.ec2.ts';
import { createInstanceController } from '../../../../lib/services/instances/controller.ts';
import { Instances, instanceKind } from '../../../../lib/services/instances/service.ts';
import { createUserData } from '../../../../lib/services/instances/user-data.ts';
import { createQuotas } from '../../../../lib/services/quotas/service.ts';
import { SnapshotSchedules, scheduleKind } from '../../../../lib/services/snapshot-schedules/service.ts';
import { Snapshots, snapshotKind } from '../../../../lib/services/snapshots/service.ts';
import { createCloudVolumes, createLaunchVolumes } from '../../../../lib/services/volumes/launch.ts';
import { Volumes, volumeKind } from '../../../../lib/services/volumes/service.ts';
import { createZones } from '../../../../lib/services/zones/service.ts';
import type { StandInCloud } from '../../../conformance/compute/stand-in-cloud.ts';

export const limits: Limits = {
  instances: 20,
  vcpus: 40,
  volumes: 10,
  volume_gib: 100,
  snapshots: 5,
  snapshot_schedules: 3,
};

/** The present, and whatever a test lets pass of the future. */
export class MovableClock {
  ahead = 0;
  now(): number {
    return Date.now() + this.ahead;
  }
  moveTo(time: number): void {
    this.ahead = Math.max(this.ahead, time - Date.now());
  }
}

/** The services of the storage function and of instances, on given tables. */
export const openStorage = (
  tables: Tables,
  clock: MovableClock = new MovableClock(),
  allowed: Limits = limits,
) => {
  const parts = { tables, clock, limits: allowed };
  const stores = {
    INSTANCE: createStore(instanceKind, parts),
    VOLUME: createStore(volumeKind, parts),
    SNAPSHOT: createStore(snapshotKind, parts),
    SNAPSHOT_SCHEDULE: createStore(scheduleKind, parts),
  };
  const zones = createZones({ zones: ['us-east-1a', 'us-east-1b'], homeZone: 'us-east-1a' });
  const common = { clock, newId, zones, actions: createActions({ tables }) };
  const volumes = new Volumes({ ...common, store: stores.VOLUME, instances: stores.INSTANCE });
  return {
    clock,
    stores,
    volumes,
    instances: new Instances({
      ...common,
      store: stores.INSTANCE,
      networks: noNetworks,
      volumes: createLaunchVolumes({ store: stores.VOLUME, clock, newId }),
      amiAllowList: [],
    }),
    snapshots: new Snapshots({ ...common, store: stores.SNAPSHOT, volumes, volumeStore: stores.VOLUME }),
    schedules: new SnapshotSchedules({ ...common, store: stores.SNAPSHOT_SCHEDULE, volumes }),
    /** What a tenant's counters say, by quota. */
    async used(caller: Caller): Promise<Record<string, number>> {
      const uses = await createQuotas({ tables, limits: allowed }).list(caller.principal.tenant);
      return Object.fromEntries(uses.map(({ resource, used }) => [resource, used]));
    },
  };
};

export type Storage = ReturnType<typeof openStorage>;
export type Kind = keyof Storage['stores'];

/** Ends a worker at one of its writes to the table of record, just before it or just after. */
export class Death {
  writes = 0;
  readonly #abort = new AbortController();
  readonly #at: number;
  readonly #when: 'before' | 'after';

  constructor(at = Number.POSITIVE_INFINITY, when: 'before' | 'after' = 'before') {
    this.#at = at;
    this.#when = when;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  async #write<T>(writes: readonly Write[], perform: () => Promise<T>): Promise<T> {
    const keys = writes.map((write) => {
      if ('put' in write) return write.put;
      if ('update' in write) return write.update;
      return 'delete' in write ? write.delete : write.check;
    });
    if (keys.every(({ table }) => table === 'ephemeral')) return perform();
    this.writes++;
    if (this.writes !== this.#at) return perform();
    if (this.#when === 'after') await perform();
    this.#abort.abort();
    throw new Error('the worker died');
  }

  over(tables: Tables): Tables {
    return {
      ...tables,
      write: (write, options) => this.#write([write], () => tables.write(write, options)),
      transact: (writes, options) => this.#write(writes, () => tables.transact(writes, options)),
    };
  }
}

const silent = { info: () => undefined, warn: () => undefined };

/** A worker of everything that lives on EC2, with its own end where a test has one for it. */
export const startWorker = (
  tables: Tables,
  cloud: StandInCloud,
  clock: MovableClock,
  death = new Death(),
  allowed: Limits = limits,
) => {
  const mortal = death.over(tables);
  const aws = { ec2: cloud.ec2, budget: unlimited, stage: 'test' };
  const volumes = createStore(volumeKind, { tables: mortal, clock });
  const compute = createEc2Compute({
    ...aws,
    ssm: cloud.ssm,
    clock,
    vpcId: cloud.vpcId,
    subnets: cloud.subnets,
    homeZone: 'us-east-1a',
  });
  const reconciler = createReconciler({
    kinds: [
      ...storageKinds({ tables: mortal, clock, limits: allowed, ...aws }),
      {
        store: createStore(instanceKind, { tables: mortal, clock }),
        controller: createInstanceController({
          compute,
          networks: noCloudNetworks,
          volumes: createCloudVolumes({ store: volumes }),
          userData: createUserData(mortal).read,
          launchBatchIsThere: async () => false,
        }),
      },
    ],
    tables,
    clock,
    log: silent,
  });
  /** Looks at one resource once, whatever time it is. */
  return (caller: Caller, kind: Kind, id: string) => {
    const { tenant } = caller.principal;
    const message = { kind, tenant, id, generation: 0, event_id: randomUUID(), observed: true };
    return reconciler.handle([message], { signal: death.signal, deadline: clock.now() + 20_000 });
  };
};

export type Worker = ReturnType<typeof startWorker>;

const isSettled = (record: Reconciled): boolean =>
  record.observed_generation >= record.generation && !record.deleted_at;

/** Looks again and again, and lets the time pass that a record waits for, until nothing is left to do. */
export const settleWith =
  (storage: Storage, worker: Worker) =>
  async <K extends Kind>(
    caller: Caller,
    kind: K,
    id: string,
    /** What it waits for, and may wait for it. */
    ...along: readonly (readonly [Kind, string])[]
  ): Promise<Awaited<ReturnType<Storage['stores'][K]['get']>> | 'gone'> => {
    const store = storage.stores[kind];
    const end = performance.now() + 20_000;
    for (;;) {
      await worker(caller, kind, id);
      for (const [otherKind, otherId] of along) await worker(caller, otherKind, otherId);
      const record = await store.find(caller.principal.tenant, id, { tombstones: true });
      if (!record) return 'gone';
      if (isSettled(record)) return record as never;
      if (performance.now() > end)
        throw new Error(`${kind} does not settle: ${JSON.stringify(record, undefined, 1)}`);
      if (record.next_attempt_at) storage.clock.moveTo(Date.parse(record.next_attempt_at));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
