import { child } from './processes.ts';
import type { Candidate } from './seed.ts';
import { median, shuffled } from './statistics.ts';

export interface WarmFigures {
  name: string;
  microseconds: number;
  /** Median of the ratios to the yardstick of the same round. */
  ratio: number;
}

/** Warm requests with DynamoDB answered from memory: log line, cached credentials, limits and all. */
export const measureWarm = async (
  bundles: Readonly<Record<string, string>>,
  candidates: readonly Candidate[],
  rounds: number,
): Promise<WarmFigures[]> => {
  const samples: Record<string, number[]> = Object.fromEntries(
    Object.keys(bundles).map((name) => [name, []]),
  );
  for (let round = 0; round < rounds; round++) {
    for (const name of shuffled(Object.keys(bundles))) {
      const candidate = candidates.find((one) => one.name === name);
      if (!candidate) throw new Error(`no event for ${name}`);
      const args = [bundles[name] as string, candidate.event, String(candidate.status), '12', '1000'];
      samples[name]?.push((await child<{ microseconds: number }>('warm', args)).microseconds);
    }
  }
  const bare = samples.bare ?? [];
  return Object.entries(samples).map(([name, values]) => ({
    name,
    microseconds: median(values),
    ratio: median(values.map((value, round) => value / (bare[round] as number))),
  }));
};
