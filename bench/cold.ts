import type { Bundle } from './bundles.ts';
import { child } from './processes.ts';
import type { Candidate } from './seed.ts';
import { median, quantile, shuffled } from './statistics.ts';

/** Milliseconds by the clock, and of the processor: the same on a quiet machine, as a cold start only computes. */
interface Milliseconds {
  wall: number;
  processor: number;
}

export interface ColdFigures {
  name: string;
  kilobytes: number;
  totalKilobytes: number;
  init: Milliseconds;
  /** Of the processor. */
  initSpread: [number, number];
  first: Milliseconds;
  residentMegabytes: number;
  /** Medians of the ratios to the yardstick of the same round. */
  ratio: { bytes: number; init: Milliseconds; initAndFirst: Milliseconds; resident: number };
}

interface Sample {
  /** From the start of the process to the exported handler. */
  init: Milliseconds;
  /** To the first answer. */
  both: Milliseconds;
  residentMegabytes: number;
}

/**
 * Cold starts in rounds: each round starts every candidate once, in a random order, so that a drift of the machine's
 * speed falls on all alike. `init` is the time to the exported handler less that of an empty module.
 */
export const measureCold = async (
  bundles: readonly Bundle[],
  empty: string,
  candidates: readonly Candidate[],
  rounds: number,
): Promise<ColdFigures[]> => {
  const eventOf = (name: string) => {
    const found = candidates.find((candidate) => candidate.name === name);
    if (!found) throw new Error(`no event for ${name}`);
    return found;
  };
  const all = [...bundles, { name: 'empty', file: empty }];
  const samples = new Map<string, Sample[]>(all.map(({ name }) => [name, []]));
  const samplesOf = (name: string): Sample[] => samples.get(name) ?? [];
  for (let round = -1; round < rounds; round++) {
    for (const { name, file } of shuffled(all)) {
      const { event, status } = eventOf(name);
      const sample = await child<Sample>('cold', [file, event, String(status)]);
      if (round >= 0) samples.get(name)?.push(sample);
    }
  }
  const nothing = samplesOf('empty');
  const timeOf = (name: string, what: 'init' | 'both', clock: keyof Milliseconds): number[] => {
    const base = median(nothing.map(({ init }) => init[clock]));
    return samplesOf(name).map((sample) => sample[what][clock] - base);
  };
  const each = (make: (clock: keyof Milliseconds) => number): Milliseconds => ({
    wall: make('wall'),
    processor: make('processor'),
  });
  const yardstick = bundles[0];
  if (!yardstick) throw new Error('no yardstick');
  const ratioOf = (own: number[], bare: number[]) =>
    median(own.map((value, round) => value / (bare[round] as number)));
  const residentOf = (name: string) => samplesOf(name).map(({ residentMegabytes }) => residentMegabytes);

  return bundles.map(({ name, kilobytes, totalKilobytes }) => {
    const ratio = (what: 'init' | 'both') =>
      each((clock) => ratioOf(timeOf(name, what, clock), timeOf(yardstick.name, what, clock)));
    const inits = timeOf(name, 'init', 'processor');
    return {
      name,
      kilobytes,
      totalKilobytes,
      init: each((clock) => median(timeOf(name, 'init', clock))),
      initSpread: [quantile(inits, 0.1), quantile(inits, 0.9)],
      first: each((clock) =>
        median(
          timeOf(name, 'both', clock).map(
            (both, round) => both - (timeOf(name, 'init', clock)[round] as number),
          ),
        ),
      ),
      residentMegabytes: median(residentOf(name)),
      ratio: {
        bytes: kilobytes / yardstick.kilobytes,
        init: ratio('init'),
        initAndFirst: ratio('both'),
        resident: ratioOf(residentOf(name), residentOf(yardstick.name)),
      },
    };
  });
};
