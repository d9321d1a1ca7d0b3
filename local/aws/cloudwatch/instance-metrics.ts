import { createHash } from 'node:crypto';
import type { InstanceLoad } from './load.ts';
import type { Sample } from './statistics.ts';

const minuteMilliseconds = 60_000;

/** How far samples scatter around the load they follow. */
const scatter = 0.04;

/** Traffic of a machine per minute at full load. */
const fullTrafficBytes = 60_000_000;
const idleTrafficBytes = 20_000;

/** From -1 to 1, the same for the same sample however often it is read. */
const noise = (instanceId: string, metric: string, minute: number): number =>
  createHash('sha1').update(`${instanceId}/${metric}/${minute}`).digest().readInt16BE() / 32_768;

const percent = (value: number): number => Math.min(100, Math.max(0, value));

const traffic = (load: InstanceLoad): number => idleTrafficBytes + (fullTrafficBytes * load.cpuPercent) / 100;

/** `<namespace>/<metric>` → the value around which a minute's sample lies; undefined where there is none. */
const levels: Readonly<Record<string, (load: InstanceLoad) => number | undefined>> = {
  'AWS/EC2/CPUUtilization': ({ cpuPercent }) => cpuPercent,
  'AWS/EC2/NetworkIn': traffic,
  'AWS/EC2/NetworkOut': (load) => traffic(load) * 0.8,
  'AWS/EC2/NetworkPacketsIn': (load) => traffic(load) / 900,
  'AWS/EC2/NetworkPacketsOut': (load) => (traffic(load) * 0.8) / 900,
  'AWS/EC2/StatusCheckFailed': () => 0,
  'AWS/EC2/StatusCheckFailed_Instance': () => 0,
  'AWS/EC2/StatusCheckFailed_System': () => 0,
  'CWAgent/mem_used_percent': ({ memoryPercent }) => memoryPercent,
};

const isPercent = (name: string): boolean => /CPUUtilization|percent/.test(name);

export const isInstanceMetric = (namespace: string, metric: string): boolean =>
  Object.hasOwn(levels, `${namespace}/${metric}`);

/**
 * One sample per whole minute in which the instance was running, from `start` on and before `end` (milliseconds since the
 * epoch). All follow the load that is set now.
 */
export const instanceSamples = (
  namespace: string,
  metric: string,
  instanceId: string,
  load: InstanceLoad,
  { start, end }: { start: number; end: number },
): Sample[] => {
  const name = `${namespace}/${metric}`;
  const level = levels[name]?.(load);
  if (level === undefined) return [];
  const from = Math.max(start, load.runningSince);
  const samples: Sample[] = [];
  for (let minute = Math.ceil(from / minuteMilliseconds); minute * minuteMilliseconds < end; minute += 1) {
    const value = level * (1 + scatter * noise(instanceId, metric, minute));
    samples.push({
      at: minute * minuteMilliseconds,
      value: isPercent(name) ? percent(value) : Math.round(value),
    });
  }
  return samples;
};
