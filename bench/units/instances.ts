import { systemClock } from '../../lib/platform/clock.ts';
import type { Caller } from '../../lib/platform/http/caller.ts';
import { newId } from '../../lib/platform/ids.ts';
import { createStore } from '../../lib/platform/store/create-store.ts';
import { noNetworks, noVolumes } from '../../lib/services/instances/attachments.ts';
import { type InstanceRecord, instanceKind, usageOf } from '../../lib/services/instances/record.ts';
import { Instances } from '../../lib/services/instances/service.ts';
import type { TestTables } from '../../test/support/tables.ts';
import { createCounter, firstPage as list, newCaller, type UnitFigures } from './figures.ts';

const population = 10_000;
const together = 45;

/** Instances, of one tenant with 10,000. */
export const measureInstanceUnits = async (test: TestTables): Promise<UnitFigures[]> => {
  const { tables } = test;
  const limits = { instances: 1_000_000, vcpus: 1_000_000 };
  const store = createStore<InstanceRecord>(instanceKind, { tables, limits });
  const instances = new Instances({
    store,
    clock: systemClock,
    newId,
    networks: noNetworks,
    volumes: noVolumes,
    actions: {} as never,
    zones: { homeOf: () => 'us-east-1a' },
    amiAllowList: [],
  });
  const caller = newCaller();
  const { tenant } = caller.principal;
  const launch = (from: Caller, name: string) =>
    instances.launch(from, { name, image: 'ubuntu-24.04', instance_type: 't3.micro' } as never);

  const template = await launch(caller, 'i-00000');
  const record = (await store.find(tenant, template.id)) as InstanceRecord;
  for (let begin = 1; begin < population; begin += together) {
    const batch = Array.from({ length: Math.min(together, population - begin) }, (_, offset) => {
      const index = begin + offset;
      return {
        ...record,
        id: newId(),
        name: `i-${String(index).padStart(5, '0')}`,
        status: index % 10 === 0 ? ('STOPPED' as const) : ('RUNNING' as const),
        private_ip: '10.0.0.4',
        container_id: 'i-0123456789abcdef0',
      };
    });
    await store.createMany(caller, batch, { usageOf });
  }

  const repeatable: Caller = {
    ...caller,
    idempotency: {
      given: 'bench',
      record: (result) => ({
        put: {
          table: 'ephemeral',
          pk: `bench#${newId()}`,
          sk: 'IDEMPOTENCY',
          answer: JSON.stringify(result),
        },
        when: { expression: 'attribute_not_exists(pk)' },
      }),
    },
  };
  const newest = await instances.list(caller, list, {} as never);
  const work: [string, UnitFigures['bound'], () => Promise<unknown>][] = [
    ['GET /instances/:id', { requests: 1, readUnits: 1 }, () => instances.get(caller, template.id)],
    ['POST /instances, plain', { requests: 2, writeUnits: 9 }, () => launch(caller, 'plain')],
    [
      'POST /instances with an Idempotency-Key',
      { requests: 2, writeUnits: 9 },
      () => launch(repeatable, 'once'),
    ],
    [
      'GET /instances?page=1 (20 newest)',
      { readUnits: 2.5 },
      () => instances.list(caller, list, {} as never),
    ],
    [
      'GET /instances?cursor=… (the 20 after)',
      { readUnits: 2.5 },
      () => instances.list(caller, { ...list, page: undefined, cursor: newest.nextCursor }, {} as never),
    ],
    [
      'GET /instances?page=50',
      { readUnits: 30 },
      () => instances.list(caller, { ...list, page: 50 }, {} as never),
    ],
    [
      'GET /instances?state=STOPPED',
      { readUnits: 320 },
      () => instances.list(caller, list, { state: 'STOPPED' } as never),
    ],
    [
      'GET /instances?sortBy=name',
      { readUnits: 320 },
      () => instances.list(caller, { ...list, sortBy: 'name', sortDir: 'asc' }, {} as never),
    ],
    ['POST /instances/:id/stop', {}, () => instances.stop(caller, template.id)],
    ['DELETE /instances/:id', {}, () => instances.delete(caller, template.id)],
  ];
  const { figures, count } = createCounter(test);
  for (const [what, bound, run] of work) await count(what, run, bound);
  return figures;
};
