/** One metric of `/metrics` whose numbers are kept in a table. */
export interface Total {
  /** As the contract names it, without the prefix `thecloud_`. */
  name: string;
  /** A `counter` only grows; a `gauge` says how many there are now. */
  type: 'counter' | 'gauge';
  /** One sentence for the `# HELP` line. */
  help: string;
  /** Label names. `/metrics` is public: no value of a label may name a thing of a tenant. */
  labels: readonly string[];
}

/** A change of a total: its series, as label values in the order of the total's labels, and by how much it moves. */
export interface Delta {
  series: readonly string[];
  by: number;
}

/** Starts the attributes that hold a series, so that none can be taken for a key. */
const mark = '=';
const separator = '|';

/**
 * The attribute that holds a series: `=RUNNING|ec2`; of a total without labels `=`.
 * @throws Error for a value that would be read back as two
 */
export const attributeOf = (series: readonly string[]): string => {
  if (series.some((value) => value.includes(separator)))
    throw new Error(`a label value holds ${separator}: ${series.join(', ')}`);
  return mark + series.join(separator);
};

/** The label values in an attribute's name, or `undefined` where it is not a series of that many labels. */
export const seriesOf = (attribute: string, labels: number): readonly string[] | undefined => {
  if (!attribute.startsWith(mark)) return undefined;
  const values = attribute === mark ? [] : attribute.slice(mark.length).split(separator);
  return values.length === labels ? values : undefined;
};
