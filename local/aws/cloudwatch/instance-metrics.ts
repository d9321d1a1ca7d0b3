import { createHash } from 'node:crypto';
import { type InstanceLoad, loadAt } from './load.ts';
import type { Sample } from './statistics.ts';

const minuteMilliseconds = 60_000;
/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-detailed-monitoring.html */
const basicMilliseconds = 5 * minuteMilliseconds;

/** How far samples scatter around the load they follow. */
const scatter = 0.04;

/** Traffic of a machine per minute at full load. */
const fullTrafficBytes = 60_000_000;
const idleTrafficBytes = 20_000;

/** From -1 to 1, the same for the same sample however often it is read. */
const noise = (instanceId: string, metric: string, minute: number): number =>
  createHash('sha1').update(`${instanceId}/${metric}/${minute}`).digest().readInt16BE() / 32_768;

const percent = (value: number): number => Math.min(100, Math.max(0, value));

interface Window {
  start: number;
  end: number;
}

type Load = Pick<InstanceLoad, 'cpuPercent' | 'memoryPercent'>;

const traffic = (load: Load): number => idleTrafficBytes + (fullTrafficBytes * load.cpuPercent) / 100;

/** `<namespace>/<metric>` → the value around which a minute's sample lies; undefined where there is none. */
const levels: Readonly<Record<string, (load: Load) => number | undefined>> = {
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
/** The agent reports each minute and EC2 its status checks, whatever the monitoring. */
const isEachMinute = (name: string): boolean => /^CWAgent|StatusCheck/.test(name);

export const isInstanceMetric = (namespace: string, metric: string): boolean =>
  Object.hasOwn(levels, `${namespace}/${metric}`);

/**
 * The spans that the samples of a metric stand for, by begin and length: five minutes, or single minutes once monitoring
 * is detailed. Of the five minutes in which an instance began to run, the part in which it did counts.
 */
function* spans(
  { runningSince, detailedSince = Number.POSITIVE_INFINITY }: InstanceLoad,
  eachMinute: boolean,
  { start, end }: Window,
): Generator<[begin: number, length: number]> {
  const earliest = Math.max(start, runningSince - basicMilliseconds);
  for (
    let begin = Math.ceil(earliest / minuteMilliseconds) * minuteMilliseconds;
    begin < end;
    begin += minuteMilliseconds
  ) {
    if (eachMinute || begin >= detailedSince) {
      if (begin >= runningSince) yield [begin, minuteMilliseconds];
    } else if (begin % basicMilliseconds === 0 && begin + basicMilliseconds > runningSince)
      yield [begin, basicMilliseconds];
  }
}

/**
 * The samples of an instance that begin within the window. One is seen when its time is over, and `delayMilliseconds`
 * later: `seenAt` is when somebody looks.
 */
export const instanceSamples = (
  namespace: string,
  metric: string,
  instanceId: string,
  load: InstanceLoad,
  window: Window,
  seenAt: { now: number; delayMilliseconds: number },
): Sample[] => {
  const name = `${namespace}/${metric}`;
  const samples: Sample[] = [];
  for (const [begin, length] of spans(load, isEachMinute(name), window)) {
    const over = begin + length;
    if (over + seenAt.delayMilliseconds > seenAt.now) continue;
    const level = levels[name]?.(loadAt(load, over));
    if (level === undefined) continue;
    const value = level * (1 + scatter * noise(instanceId, metric, begin / minuteMilliseconds));
    samples.push({
      at: begin,
      value: isPercent(name) ? percent(value) : Math.round((value * length) / minuteMilliseconds),
    });
  }
  return samples;
};
