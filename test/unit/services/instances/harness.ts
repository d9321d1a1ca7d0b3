import { randomUUID } from 'node:crypto';
import { type Clock, systemClock } from '../../../../lib/platform/clock.ts';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import type { ListRequest } from '../../../../lib/platform/http/list.ts';
import { newId } from '../../../../lib/platform/ids.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import type { Limits } from '../../../../lib/platform/store/types.ts';
import type { Tables } from '../../../../lib/platform/table/types.ts';
import { createActions } from '../../../../lib/services/actions/service.ts';
import { noNetworks, noVolumes } from '../../../../lib/services/instances/attachments.ts';
import { type InstanceRecord, instanceKind } from '../../../../lib/services/instances/record.ts';
import { LaunchInstance } from '../../../../lib/services/instances/schema.ts';
import { Instances } from '../../../../lib/services/instances/service.ts';

export const defaultLimits: Limits = { instances: 20, vcpus: 40, vpcs: 5 };

/** A tenant of its own who calls, so that tests may share the tables. */
export const newCaller = (tenant: string = randomUUID()): Caller => ({
  requestId: randomUUID(),
  signal: AbortSignal.timeout(60_000),
  viewerAddress: '192.0.2.1',
  userAgent: 'test',
  principal: {
    tenant,
    user: tenant,
    role: 'developer',
    permissions: new Set(['*']),
    credential: { kind: 'api_key', id: 'key' },
  },
});

export const launchInput = (change: Record<string, unknown> = {}): LaunchInstance =>
  LaunchInstance.parse({ name: 'web', image: 'nginx', ...change });

/** No paging, no search. */
export const everything: ListRequest = {
  paged: false,
  pageSize: 20,
  sortBy: 'createdAt',
  sortDir: 'desc',
};

export const openInstances = (tables: Tables, limits: Limits = defaultLimits, clock: Clock = systemClock) => {
  const store = createStore(instanceKind, { tables, clock, limits });
  const instances = new Instances({
    store,
    actions: createActions({ tables }),
    clock,
    newId,
    networks: noNetworks,
    volumes: noVolumes,
    zones: { homeOf: () => 'us-east-1a' },
    amiAllowList: ['ami-0123456789abcdef0'],
  });
  /** Makes reality of a record what a test needs, past the controller. */
  const become = async (caller: Caller, id: string, set: Partial<InstanceRecord>): Promise<void> => {
    const record = await store.get(caller.principal.tenant, id);
    const done = { observed_generation: record.generation, ...set };
    const after = await store.settle(record, { set: done, remove: ['desired_status'] });
    if (!after) throw new Error('the record moved on');
  };
  return { store, instances, become };
};
