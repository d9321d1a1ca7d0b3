/** One line: a value under the family's name and the suffix. */
export interface Sample {
  /** Of a histogram: `_bucket`, `_sum`, `_count`. */
  suffix?: '_bucket' | '_sum' | '_count';
  labels: Readonly<Record<string, string>>;
  value: number;
}

export interface Family {
  /** Without the prefix. */
  name: string;
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  samples: readonly Sample[];
}

/** Prometheus' text format, version 0.0.4. */
export const expositionContentType = 'text/plain; version=0.0.4; charset=utf-8';

/** Starts the name of every metric (contract 2.22). */
const prefix = 'thecloud_';

const escapedHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
const escapedValue = (text: string): string => escapedHelp(text).replaceAll('"', '\\"');

const labelsOf = (labels: Sample['labels']): string => {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapedValue(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
};

const linesOf = ({ name, type, help, samples }: Family): string[] => [
  `# HELP ${prefix}${name} ${escapedHelp(help)}`,
  `# TYPE ${prefix}${name} ${type}`,
  ...samples.map(({ suffix = '', labels, value }) => `${prefix}${name}${suffix}${labelsOf(labels)} ${value}`),
];

/**
 * Families in the text format: https://prometheus.io/docs/instrumenting/exposition_formats/. A family that nothing is
 * known of is left out.
 */
export const exposition = (families: readonly Family[]): string =>
  families
    .filter(({ samples }) => samples.length > 0)
    .flatMap(linesOf)
    .map((line) => `${line}\n`)
    .join('');
