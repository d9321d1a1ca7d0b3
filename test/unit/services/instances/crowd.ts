import { randomUUID } from 'node:crypto';
import { instanceKinds } from '../../../../lib/app/instance-kinds.ts';
import { type CallBudget, unlimited } from '../../../../lib/platform/aws/call-budget.ts';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { newId } from '../../../../lib/platform/ids.ts';
import { createReconciler } from '../../../../lib/platform/lifecycle/reconciler.ts';
import { isAtRest } from '../../../../lib/platform/lifecycle/settlement.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import type { Limits } from '../../../../lib/platform/store/types.ts';
import type { Tables } from '../../../../lib/platform/table/types.ts';
import {
  noCloudNetworks,
  noCloudVolumes,
  noNetworks,
  noVolumes,
} from '../../../../lib/services/instances/attachments.ts';
import { createEc2Compute } from '../../../../lib/services/instances/backend.ec2.ts';
import { launchBatchKind } from '../../../../lib/services/instances/launch-batches/record.ts';
import { type InstanceRecord, instanceKind } from '../../../../lib/services/instances/record.ts';
import {
  BulkInstances,
  type LaunchManyOptions,
  LaunchTemplate,
  namesFor,
} from '../../../../lib/services/instances/service.ts';
import type { StandInCloud } from '../../../conformance/compute/stand-in-cloud.ts';
import { eventually } from '../../../support/eventually.ts';
import { Death, MovableClock } from '../volumes/harness.ts';
import { openInstances } from './harness.ts';

const silent = { info: () => undefined, warn: () => undefined };

export const crowdLimits: Limits = { instances: 2_000, vcpus: 4_000, vpcs: 5 };

/** Instances that are launched together, their workers, and what a test does to both. */
export const openCrowd = (tables: Tables, cloud: StandInCloud, limits: Limits = crowdLimits) => {
  const clock = new MovableClock();
  const { instances } = openInstances(tables, limits, clock);
  const stores = {
    INSTANCE: createStore(instanceKind, { tables, clock, limits }),
    LAUNCH_BATCH: createStore(launchBatchKind, { tables, clock }),
  };
  const bulk = new BulkInstances({
    store: stores.INSTANCE,
    tables,
    clock,
    newId,
    networks: noNetworks,
    volumes: noVolumes,
    zones: { homeOf: () => 'us-east-1a' },
    amiAllowList: [],
  });

  const launch = async (
    caller: Caller,
    count: number,
    change: Record<string, unknown> = {},
    options: LaunchManyOptions = {},
  ) => {
    const template = LaunchTemplate.parse({ image: 'nginx', ...change });
    const launched = (await bulk.launchMany(caller, template, namesFor('web', count, newId), options)) ?? [];
    return { ids: launched.map(({ id }) => id), batch: launched[0]?.launch_batch ?? '' };
  };

  /** A worker, with an end of its own where a test has one for it. */
  const worker = ({ death = new Death(), budget = unlimited as CallBudget } = {}) => {
    const mortal = death.over(tables);
    const { ec2, ssm, vpcId, subnets } = cloud;
    const compute = createEc2Compute({
      ...{ ec2, ssm, vpcId, subnets, budget, clock },
      stage: 'test',
      homeZone: 'us-east-1a',
    });
    const reconciler = createReconciler({
      kinds: instanceKinds({
        tables: mortal,
        clock,
        compute,
        networks: noCloudNetworks,
        volumes: noCloudVolumes,
      }),
      tables,
      clock,
      log: silent,
    });
    return (caller: Caller, kind: keyof typeof stores, ids: readonly string[]) =>
      reconciler.handle(
        ids.map((id) => ({
          kind,
          tenant: caller.principal.tenant,
          id,
          generation: 0,
          event_id: randomUUID(),
          observed: true,
        })),
        { signal: death.signal, deadline: clock.now() + 20_000 },
      );
  };

  const find = (caller: Caller, id: string) =>
    stores.INSTANCE.find(caller.principal.tenant, id, { tombstones: true });
  const batchOf = (caller: Caller, id: string) => stores.LAUNCH_BATCH.find(caller.principal.tenant, id);

  /**
   * Looks at batch and instances until nothing is left to do; time passes meanwhile as far as anybody waits for it.
   * @returns the instances that are there, in the order of the ids
   */
  const settled = (
    caller: Caller,
    { ids, batch }: { ids: readonly string[]; batch: string },
    look = worker(),
  ) =>
    eventually(
      'all have settled',
      async () => {
        await look(caller, 'LAUNCH_BATCH', [batch]);
        await look(caller, 'INSTANCE', ids);
        const found = await Promise.all(ids.map((id) => find(caller, id)));
        const pending = await batchOf(caller, batch);
        const due = [...found, pending].flatMap((one) => one?.next_attempt_at ?? []);
        if (due.length > 0) clock.moveTo(Math.min(...due.map((at) => Date.parse(at))));
        return !pending && found.every((one) => !one || isAtRest(one))
          ? found.filter((one): one is InstanceRecord => one !== undefined)
          : undefined;
      },
      25_000,
    );

  const machinesOf = ({ principal }: Caller) =>
    cloud.controls.inspect().filter(({ tags }) => tags['thecloud:tenant'] === principal.tenant);
  const livingOf = (caller: Caller) => machinesOf(caller).filter(({ state }) => state !== 'terminated');

  return { bulk, instances, stores, clock, launch, worker, find, batchOf, settled, machinesOf, livingOf };
};

export type Crowd = ReturnType<typeof openCrowd>;
