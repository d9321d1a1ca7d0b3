import { child } from './processes.ts';
import type { Candidate } from './seed.ts';
import { median, shuffled } from './statistics.ts';

export interface WarmFigures {
  name: string;
  microseconds: Microseconds;
  /** Medians of the ratios to the yardstick of the same round. */
  ratio: Microseconds;
}

/** By the clock, and of the processor. */
interface Microseconds {
  wall: number;
  processor: number;
}

/** Warm requests with DynamoDB answered from memory: log line, cached credentials, limits and all. */
export const measureWarm = async (
  bundles: Readonly<Record<string, string>>,
  candidates: readonly Candidate[],
  rounds: number,
): Promise<WarmFigures[]> => {
  const samples: Record<string, Microseconds[]> = Object.fromEntries(
    Object.keys(bundles).map((name) => [name, []]),
  );
  for (let round = 0; round < rounds; round++) {
    for (const name of shuffled(Object.keys(bundles))) {
      const candidate = candidates.find((one) => one.name === name);
      if (!candidate) throw new Error(`no event for ${name}`);
      const args = [bundles[name] as string, candidate.event, String(candidate.status), '8', '1000'];
      samples[name]?.push(await child<Microseconds>('warm', args));
    }
  }
  const bare = samples.bare ?? [];
  const each = (make: (clock: keyof Microseconds) => number): Microseconds => ({
    wall: make('wall'),
    processor: make('processor'),
  });
  return Object.entries(samples).map(([name, values]) => ({
    name,
    microseconds: each((clock) => median(values.map((value) => value[clock]))),
    ratio: each((clock) =>
      median(values.map((value, round) => value[clock] / (bare[round] as Microseconds)[clock])),
    ),
  }));
};
