import type { Bundle } from './bundles.ts';
import { child } from './processes.ts';
import type { Candidate } from './seed.ts';
import { median, quantile, shuffled } from './statistics.ts';

export interface ColdFigures {
  name: string;
  kilobytes: number;
  gzipKilobytes: number;
  initMilliseconds: number;
  initSpread: [number, number];
  firstMilliseconds: number;
  residentMegabytes: number;
  /** Medians of the ratios to the yardstick of the same round. */
  ratio: { bytes: number; init: number; initAndFirst: number; resident: number };
}

interface Sample {
  init: number;
  first: number;
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
  for (let round = -1; round < rounds; round++) {
    for (const { name, file } of shuffled(all)) {
      const { event, status } = eventOf(name);
      const sample = await child<Sample>('cold', [file, event, String(status)]);
      if (round >= 0) samples.get(name)?.push(sample);
    }
  }
  const nothing = median((samples.get('empty') ?? []).map(({ init }) => init));
  const yardstick = bundles[0];
  if (!yardstick) throw new Error('no yardstick');
  const bare = (samples.get(yardstick.name) ?? []).map((sample) => ({
    ...sample,
    init: sample.init - nothing,
  }));

  return bundles.map(({ name, kilobytes, gzipKilobytes }) => {
    const own = (samples.get(name) ?? []).map((sample) => ({ ...sample, init: sample.init - nothing }));
    const ratios = (of: (sample: Sample) => number) =>
      median(own.map((sample, round) => of(sample) / of(bare[round] as Sample)));
    const inits = own.map(({ init }) => init);
    return {
      name,
      kilobytes,
      gzipKilobytes,
      initMilliseconds: median(inits),
      initSpread: [quantile(inits, 0.1), quantile(inits, 0.9)],
      firstMilliseconds: median(own.map(({ first }) => first)),
      residentMegabytes: median(own.map(({ residentMegabytes }) => residentMegabytes)),
      ratio: {
        bytes: kilobytes / yardstick.kilobytes,
        init: ratios(({ init }) => init),
        initAndFirst: ratios(({ init, first }) => init + first),
        resident: ratios(({ residentMegabytes }) => residentMegabytes),
      },
    };
  });
};
