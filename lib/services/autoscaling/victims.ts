import type { Placed } from './standing.ts';

/** The lower, the sooner it goes. */
const rank = ({ member, standing }: Placed, image: string): readonly number[] => [
  standing === 'running' && member.in_service_at ? 1 : 0,
  member.image === image ? 1 : 0,
  Date.parse(member.launched_at),
];

const compare = (a: readonly number[], b: readonly number[]): number => {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

/**
 * Which members a scale-in ends: never a protected one; first those that serve nobody yet, then those of an older image, as
 * AWS's default policy takes the oldest configuration first, and of these the oldest.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html
 *
 * @param count how many; fewer are given where the rest is protected
 */
export const victims = (members: readonly Placed[], count: number, image: string): Placed[] =>
  members
    .filter(({ member }) => !member.protected)
    .sort((a, b) => compare(rank(a, image), rank(b, image)) || (a.id < b.id ? -1 : 1))
    .slice(0, Math.max(0, count));
