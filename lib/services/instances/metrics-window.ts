import { invalid } from '../../platform/errors/index.ts';
import { type InstanceMetricsQuery, maxPoints, retention } from './metrics-schema.ts';

/** Times in milliseconds since the epoch, on the bounds of periods: whoever asks in the same period asks for the same. */
export interface MetricsWindow {
  from: number;
  to: number;
  resolutionSeconds: number;
}

const defaultSpanMilliseconds = 3_600_000;
const daySeconds = 86_400;

/** The finest resolution that CloudWatch still keeps since `from`; undefined where it keeps none. */
const finestKept = (from: number, now: number): number | undefined =>
  retention.find(({ keptSeconds }) => from >= now - keptSeconds * 1_000)?.resolution;

const pointsOf = (from: number, to: number, resolutionSeconds: number): number =>
  Math.ceil((to - from) / (resolutionSeconds * 1_000));

/** 60, 300, 3,600 or whole hours: as few as keep the window below the bound on points. */
const coarsened = (finest: number, from: number, to: number): number => {
  const kept = retention.map(({ resolution }) => resolution).filter((resolution) => resolution >= finest);
  const fitting = kept.find((resolution) => pointsOf(from, to, resolution) <= maxPoints);
  return fitting ?? Math.ceil((to - from) / (maxPoints * 3_600_000)) * 3_600;
};

/**
 * The window that a query means.
 * @throws CloudError `INVALID_INPUT` for an empty window, one of which nothing is kept any more, a resolution that is finer
 *   than what is kept, and more points than 1,440
 */
export const metricsWindow = (query: InstanceMetricsQuery, now: number): MetricsWindow => {
  const to = query.to === undefined ? now : Math.min(Date.parse(query.to), now);
  const from = query.from === undefined ? to - defaultSpanMilliseconds : Date.parse(query.from);
  if (from >= to) throw invalid('from', 'must be before to, and in the past');
  const finest = finestKept(from, now);
  if (finest === undefined) {
    const days = (retention.at(-1)?.keptSeconds ?? 0) / daySeconds;
    throw invalid('from', `must be within the last ${days} days: older measurements are not kept`);
  }
  const resolutionSeconds = query.resolution ?? coarsened(finest, from, to);
  if (resolutionSeconds % finest !== 0)
    throw invalid('resolution', `must be a multiple of ${finest} for a window that begins so long ago`);
  if (pointsOf(from, to, resolutionSeconds) > maxPoints)
    throw invalid(
      'resolution',
      `gives more than ${maxPoints} points: ask for a coarser one or a shorter window`,
    );
  const period = resolutionSeconds * 1_000;
  return {
    from: Math.floor(from / period) * period,
    to: Math.ceil(to / period) * period,
    resolutionSeconds,
  };
};
