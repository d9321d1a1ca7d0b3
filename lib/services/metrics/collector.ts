import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/lifecycle/log.ts';
import type { ReconcileQueue } from '../../platform/lifecycle/ports.ts';
import type { Tables } from '../../platform/table/types.ts';
import type { MetricSource, MinuteReadings, MinuteWindow, Monitoring } from './backend.ts';
import { completeMinute } from './complete-minute.ts';
import { type GroupSamples, writeGroupSamples } from './group-samples.ts';
import { type Member, readMembers } from './members.ts';
import type { MeteredEntry } from './metered.ts';
import type { CollectTask } from './tasks.ts';

export interface CollectorOptions {
  tables: Tables;
  source: MetricSource;
  monitoring: Monitoring;
  /** Of scaling groups: each is looked at when it has new samples. */
  looks: ReconcileQueue;
  clock: Clock;
  log: Pick<Log, 'info' | 'error'>;
}

const minuteMilliseconds = 60_000;

/** CloudWatch is a minute or two late. Just as long as one value of basic monitoring stands for, so at most one falls in. */
const windowMinutes = 5;

/** Whoever comes later has been overtaken by the minutes after it. */
const tooLateMilliseconds = 10 * minuteMilliseconds;

/** How a collection ended, for the message's log line, or why it must be tried again. */
type Outcome = { fields: object } | { error: unknown };

interface Measured {
  group: MeteredEntry;
  samples: GroupSamples;
}

/** The whole minutes that are over. */
const windowBefore = (now: number): MinuteWindow => {
  const to = Math.floor(now / minuteMilliseconds) * minuteMilliseconds;
  return { from: to - windowMinutes * minuteMilliseconds, to };
};

/** Basic monitoring shows one value in five minutes; a machine that is monitored in detail misses the newest two at most. */
const seemsBasic = (readings: MinuteReadings | Error | undefined): boolean =>
  !(readings instanceof Error) &&
  [...(readings?.values() ?? [])].filter(({ cpu }) => cpu !== undefined).length < 2;

/**
 * Collects what was measured of groups: members from the table, metrics in calls of 500, samples in batches of 25, and a
 * look at each group that has some. Nothing is remembered between two minutes: which machines need detailed monitoring
 * shows in how often they are measured. Every step is safe to repeat, and a group that can't be read holds up no other.
 */
export const createCollector = (options: CollectorOptions) => {
  const { tables, source, monitoring, looks, clock, log } = options;

  /** A failure costs a minute's detail, not the minute: the next collection asks again. */
  const detail = async (machineIds: readonly string[], signal: AbortSignal): Promise<void> => {
    if (machineIds.length === 0) return;
    try {
      await monitoring.detail(machineIds, signal);
    } catch (error) {
      log.error('detailed monitoring could not be switched on', { machines: machineIds.length, error });
    }
  };

  const look = async (measured: readonly Measured[], signal: AbortSignal): Promise<Map<string, Error>> => {
    const messages = measured.map(({ group: { tenant, group }, samples }) => ({
      message: {
        kind: 'SCALING_GROUP',
        tenant,
        id: group,
        generation: 0,
        event_id: `metrics:${group}:${samples.minute}`,
        observed: true,
      },
      delaySeconds: 0,
    }));
    const unsent = await looks.send(messages, signal);
    return new Map([...unsent].map(([index, error]) => [messages[index]?.message.id ?? '', error]));
  };

  const failureOf = (
    members: readonly Member[],
    readings: ReadonlyMap<string, MinuteReadings | Error>,
  ): Error | undefined =>
    members.map(({ machineId }) => readings.get(machineId)).find((found) => found instanceof Error);

  /** @returns for each task, in order, how it ended */
  return async (tasks: readonly CollectTask[], signal: AbortSignal): Promise<Outcome[]> => {
    const now = clock.now();
    const isLate = ({ asked_at }: CollectTask): boolean => Date.parse(asked_at) < now - tooLateMilliseconds;
    const wanted = new Map(
      tasks
        .filter((task) => !isLate(task))
        .flatMap(({ groups }) => groups)
        .map((group) => [group.group, group]),
    );
    const groups = [...wanted.values()];
    const members = await readMembers(tables, groups, signal);
    const membersOf = ({ group }: MeteredEntry): readonly Member[] => members.get(group) ?? [];
    const machines = groups.flatMap((group) =>
      membersOf(group).map(({ machineId }) => ({ machineId, memory: group.memory })),
    );
    const readings = await source.read(machines, windowBefore(now), signal);

    const failed = new Map<string, Error>();
    const measured: Measured[] = [];
    for (const group of groups) {
      const failure = failureOf(membersOf(group), readings);
      if (failure) failed.set(group.group, failure);
      const samples = failure ? undefined : completeMinute(membersOf(group), readings);
      if (samples) measured.push({ group, samples });
    }
    const basic = machines.filter(({ machineId }) => seemsBasic(readings.get(machineId)));
    await Promise.all([
      writeGroupSamples(tables, measured, signal),
      detail(
        basic.map(({ machineId }) => machineId),
        signal,
      ),
    ]);
    for (const [group, error] of await look(measured, signal)) failed.set(group, error);

    const measuredIds = new Set(measured.map(({ group }) => group.group));
    return tasks.map((task): Outcome => {
      if (isLate(task)) return { fields: { task: task.task, overtaken: task.asked_at } };
      const errors = task.groups.flatMap(({ group }) => failed.get(group) ?? []);
      if (errors.length > 0) return { error: errors[0] };
      return {
        fields: {
          task: task.task,
          groups: task.groups.length,
          machines: task.groups.reduce((sum, group) => sum + membersOf(group).length, 0),
          measured: task.groups.filter(({ group }) => measuredIds.has(group)).length,
        },
      };
    });
  };
};
