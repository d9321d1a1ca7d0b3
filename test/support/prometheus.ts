/** One line of samples, as it was read. */
export interface ReadSample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface ReadFamily {
  type: string;
  help: string;
  samples: ReadSample[];
}

const metricName = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const sampleLine = new RegExp(
  `^(${metricName})(?:\\{(.*)\\})? (NaN|[+-]Inf|[+-]?[0-9]+(?:\\.[0-9]+)?(?:e[+-]?[0-9]+)?)$`,
);
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|$)/y;
const types = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped']);

const labelsOf = (text: string, line: string): Record<string, string> => {
  const labels: Record<string, string> = {};
  label.lastIndex = 0;
  for (let end = 0; end < text.length; end = label.lastIndex) {
    const match = label.exec(text);
    if (!match) throw new Error(`not labels: ${line}`);
    const [, name = '', value = ''] = match;
    if (name.startsWith('__') || name in labels) throw new Error(`label ${name}: ${line}`);
    labels[name] = value.replace(/\\(.)/g, (_, escaped) => (escaped === 'n' ? '\n' : escaped));
  }
  return labels;
};

/** A histogram has buckets that grow up to `+Inf`, which is its count, and a sum, in each of its series. */
const checkHistogram = (name: string, { samples }: ReadFamily): void => {
  const series = new Map<string, ReadSample[]>();
  for (const sample of samples) {
    const { le: _, ...labels } = sample.labels;
    const key = JSON.stringify(labels);
    series.set(key, [...(series.get(key) ?? []), sample]);
  }
  for (const [key, own] of series) {
    const buckets = own.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels: { le } }) =>
      le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le),
    );
    const values = buckets.map(({ value }) => value);
    const grows = (list: number[]) =>
      list.every((value, index) => index === 0 || value >= (list[index - 1] as number));
    const count = own.find((sample) => sample.name === `${name}_count`)?.value;
    const sum = own.find((sample) => sample.name === `${name}_sum`)?.value;
    if (!grows(bounds) || !grows(values) || bounds.at(-1) !== Number.POSITIVE_INFINITY)
      throw new Error(`buckets of ${name}${key}`);
    if (count === undefined || count !== values.at(-1) || sum === undefined)
      throw new Error(`count or sum of ${name}${key}`);
  }
};

/**
 * Reads Prometheus' text format, version 0.0.4, as strictly as its page describes it: every family together, named and
 * typed before its samples, no series twice, a line feed at the end of each line.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 * @throws Error that quotes what is wrong
 */
export const readExposition = (text: string): Map<string, ReadFamily> => {
  const families = new Map<string, ReadFamily>();
  if (!text.endsWith('\n')) throw new Error('the last line has no line feed');
  const seen = new Set<string>();
  let current: { name: string; family: ReadFamily } | undefined;
  for (const line of text.slice(0, -1).split('\n')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (keyword === 'HELP') {
      if (families.has(name) || !new RegExp(`^${metricName}$`).test(name))
        throw new Error(`not a new name: ${line}`);
      current = { name, family: { type: '', help: rest, samples: [] } };
      families.set(name, current.family);
    } else if (keyword === 'TYPE') {
      if (current?.name !== name || current.family.type || !types.has(rest))
        throw new Error(`not its type: ${line}`);
      current.family.type = rest;
    } else {
      const match = sampleLine.exec(line);
      if (!match || !current?.family.type) throw new Error(`not a sample: ${line}`);
      const [, sampleName = '', labels = '', value = ''] = match;
      const suffix = sampleName.slice(current.name.length);
      const suffixes = current.family.type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
      if (!sampleName.startsWith(current.name) || !suffixes.includes(suffix))
        throw new Error(`not of ${current.name}: ${line}`);
      const sample = {
        name: sampleName,
        labels: labelsOf(labels, line),
        value: Number(value.replace('Inf', 'Infinity')),
      };
      const series = `${sampleName}${JSON.stringify(Object.entries(sample.labels).sort())}`;
      if (seen.has(series)) throw new Error(`twice: ${line}`);
      seen.add(series);
      current.family.samples.push(sample);
    }
  }
  for (const [name, family] of families) if (family.type === 'histogram') checkHistogram(name, family);
  return families;
};

/** The values of a family without suffixes, by their label values joined with a space. */
export const valuesOf = (families: Map<string, ReadFamily>, name: string): Record<string, number> =>
  Object.fromEntries(
    (families.get(name)?.samples ?? []).map(({ labels, value }) => [Object.values(labels).join(' '), value]),
  );
