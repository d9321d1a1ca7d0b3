import { composeAutomation } from '../../lib/app/automation.ts';
import { composeScalingWorker } from '../../lib/app/reconcile-autoscaling.ts';
import { systemClock } from '../../lib/platform/clock.ts';
import { newId } from '../../lib/platform/ids.ts';
import type { ReconcileMessage } from '../../lib/platform/lifecycle/types.ts';
import { createStore } from '../../lib/platform/store/create-store.ts';
import { scalingGroupKind } from '../../lib/services/autoscaling/record.ts';
import { instanceKind } from '../../lib/services/instances/service.ts';
import type { TestTables } from '../../test/support/tables.ts';
import { makeGroup, makeRest, measuredMessage } from '../groups.ts';
import { createCounter, firstPage, type UnitFigures } from './figures.ts';

const silent = { info: () => undefined, warn: () => undefined };
const membersEach = 5;

/** Scaling groups: what is asked of them, and what their worker does. */
export const measureAutoscalingUnits = async (test: TestTables): Promise<UnitFigures[]> => {
  const { tables } = test;
  const parts = { tables, clock: systemClock, newId };
  const { scalingGroups, groupMembers, scalingRules } = composeAutomation(parts).services;
  const worker = composeScalingWorker({ ...parts, log: silent });
  const { figures, count } = createCounter(test);
  const budget = () => ({ signal: AbortSignal.timeout(20_000), deadline: Date.now() + 17_000 });
  const kind = scalingGroupKind.kind;

  const group = await makeGroup(tables, 2);
  const { caller, id } = group;
  const { tenant } = caller.principal;
  const look = { kind, tenant, id, generation: 0, event_id: `${id}:look`, observed: true };
  const policy = { name: 'cpu', target_value: 50, scale_out_step: 1, scale_in_step: 1, cooldown_sec: 60 };

  await worker.handle([look], budget());
  const instances = createStore(instanceKind, { tables });
  const starts = async () => {
    for (const instance of (await instances.list(tenant)).items)
      if (instance.status === 'STARTING')
        await instances.settle(instance, {
          set: { status: 'RUNNING', container_id: `i-${instance.id}`, observed_generation: 1 },
          remove: ['desired_status'],
        });
  };
  await starts();
  await worker.handle([look], budget());
  await count('GET /autoscaling/groups/:id', () => scalingGroups.get(caller, id));
  await count('GET /autoscaling/groups?page=1 (1)', () => scalingGroups.list(caller, firstPage, {}));
  await count('GET /autoscaling/groups/:id/instances (2)', () => groupMembers.list(caller, id));
  await count('GET /autoscaling/groups/:id/activities', () =>
    scalingGroups.activities(caller, id, firstPage),
  );
  const made = await count('POST /autoscaling/groups/:id/policies', () =>
    scalingRules.createPolicy(caller, id, { ...policy, metric_type: 'cpu' }),
  );
  await worker.handle([look], budget());
  await count('a look at a group of 2 that has nothing to do', () => worker.handle([look], budget()));
  await count('DELETE /autoscaling/policies/:id', () => scalingRules.deletePolicy(caller, made.id));
  await worker.handle([look], budget());
  await count('PATCH /autoscaling/groups/:id, another count', () =>
    scalingGroups.update(caller, id, { desired_count: 3 }),
  );
  await count('the launch of an instance by its group', () => worker.handle([look], budget()));
  await starts();
  await count('an instance that comes into service', () => worker.handle([look], budget()));
  await scalingGroups.update(caller, id, { desired_count: 2 });
  await count('the end of an instance by its group', () => worker.handle([look], budget()));
  await count('DELETE /autoscaling/groups/:id', () => scalingGroups.delete(caller, id));

  const messages: ReconcileMessage[] = [];
  for (let groups = 0; groups < 10; groups++) {
    const resting = await makeGroup(tables, membersEach);
    messages.push(await measuredMessage(tables, resting, await makeRest(tables, resting)));
  }
  await count('an evaluation of 10 groups of 5 that changes nothing', () =>
    worker.handle(messages, budget()),
  );
  return figures;
};
