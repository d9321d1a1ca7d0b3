import { systemClock } from '../../lib/platform/clock.ts';
import { newId } from '../../lib/platform/ids.ts';
import { resourceKey } from '../../lib/platform/table/keys.ts';
import type { MetricSource, Monitoring } from '../../lib/services/metrics/backend.ts';
import { createCollector } from '../../lib/services/metrics/collector.ts';
import { readGroupSamples } from '../../lib/services/metrics/group-samples.ts';
import { createLister } from '../../lib/services/metrics/lister.ts';
import { type MeteredEntry, startMetering } from '../../lib/services/metrics/metered.ts';
import type { MetricsTask } from '../../lib/services/metrics/tasks.ts';
import type { TestTables } from '../../test/support/tables.ts';
import { createCounter, type UnitFigures } from './figures.ts';

const groupCount = 10_000;
const membersEach = 5;
/** Ten messages of twelve groups: what one run of the worker takes at most. */
const groupsPerRun = 120;
const minuteMilliseconds = 60_000;

/** Every machine is measured in every minute; nothing is asked of AWS. */
const allMeasured: MetricSource = {
  async read(machines, { from, to }) {
    const minutes = Array.from({ length: (to - from) / minuteMilliseconds }, (_, index) => [
      from + index * minuteMilliseconds,
      { cpu: 12.34, memory: 56.78 },
    ]) as [number, { cpu: number; memory: number }][];
    return new Map(machines.map(({ machineId }) => [machineId, new Map(minutes)]));
  },
};
const unmonitored: Monitoring = {
  detail: async () => undefined,
  relax: async () => undefined,
  detailed: async () => ({ machines: [] }),
};

/** The collector's minute, with 10,000 metered groups of five instances. */
export const measureMetricsUnits = async (test: TestTables): Promise<UnitFigures[]> => {
  const { tables } = test;
  const { signal } = new AbortController();
  const groups = Array.from(
    { length: groupCount },
    // As many in each shard, so that the figure is the same each time.
    (_, index): MeteredEntry => ({
      tenant: newId(),
      group: `${newId().slice(0, -1)}${(index % 16).toString(16)}`,
      memory: true,
    }),
  );
  const metered = groups.flatMap((group) => {
    const write = startMetering(group);
    return 'put' in write ? [{ put: write.put }] : [];
  });
  await tables.writeAll(metered);
  const run = groups.slice(0, groupsPerRun);
  await tables.writeAll(
    run.flatMap(({ tenant, group }) => {
      const ids = Array.from({ length: membersEach }, newId);
      const member = { launched_at: new Date(0).toISOString(), image: 'http-echo' };
      return [
        {
          put: {
            ...resourceKey(tenant, 'SCALING_GROUP', group),
            members: Object.fromEntries(ids.map((id) => [id, member])),
          },
        },
        ...ids.map((id) => ({
          put: {
            ...resourceKey(tenant, 'INSTANCE', id),
            status: 'RUNNING',
            container_id: `i-${id.slice(-17)}`,
          },
        })),
      ];
    }),
  );

  const sent: MetricsTask[] = [];
  const list = createLister({
    tables,
    clock: systemClock,
    queue: {
      send: async (tasks) => {
        sent.push(...tasks);
        return new Map();
      },
    },
  });
  const collect = createCollector({
    tables,
    source: allMeasured,
    monitoring: unmonitored,
    looks: { send: async () => new Map() },
    clock: systemClock,
    log: { info: () => undefined, error: () => undefined },
  });
  const asked_at = new Date().toISOString();
  const window = { from: Date.now() - 3 * minuteMilliseconds, to: Date.now() };
  const { figures, count } = createCounter(test);
  await count(`the list of ${groupCount} metered groups`, () => list(signal));
  await count(`the collection of ${groupsPerRun} groups of ${membersEach} instances`, () =>
    collect([{ task: 'collect', asked_at, groups: run }], signal),
  );
  await count('what was measured of a group in the last minutes', () =>
    readGroupSamples(tables, run[0] as MeteredEntry, window),
  );
  return figures;
};
