import type { Share } from './backend.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupTuple.html */
const maxShare = 999;

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

/** A group of targets with one weight. */
export interface WeightedGroup {
  groupId: string;
  weight: number;
  healthy: number;
  targets: number;
}

/**
 * What part of the requests each group gets: weight × healthy targets, so that each target's own part is its weight among
 * those of all healthy ones. Where none is healthy, all count: ELBv2 then sends requests to any of them. Reduced to the
 * smallest numbers of that proportion, within ELBv2's bounds; none that has a part loses it to the rounding.
 */
export const sharesOf = (groups: readonly WeightedGroup[]): Share[] => {
  const anyHealthy = groups.some(({ healthy, weight }) => weight * healthy > 0);
  const parts = groups.map(({ weight, healthy, targets }) => weight * (anyHealthy ? healthy : targets));
  const common = parts.reduce(divisor, 0) || 1;
  const largest = Math.max(...parts) / common;
  const scale = largest > maxShare ? maxShare / largest : 1;
  return groups.map(({ groupId }, index) => {
    const part = (parts[index] ?? 0) / common;
    return { groupId, share: part === 0 ? 0 : Math.max(1, Math.round(part * scale)) };
  });
};
