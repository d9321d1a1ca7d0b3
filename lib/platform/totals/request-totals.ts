import type { Item } from '../table/types.ts';
import type { Family, Sample } from './exposition.ts';
import { parseRequestsKey } from './keys.ts';
import { attributeOf, seriesOf } from './total.ts';

/** Upper bounds of the buckets of `http_request_duration_seconds`, in milliseconds; the last bucket has none. */
export const bucketMilliseconds = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000] as const;

/** Attributes of an item at `requestsKey`, beside one for each status. A duration counts in one bucket only. */
export const bucketAttributes: readonly string[] = [
  ...bucketMilliseconds.map((bound) => `le${bound}`),
  'leInf',
];

/** Sum of all durations, in whole microseconds, so that additions stay exact. */
export const microsecondsAttribute = 'microseconds';

/** `path` where no route matched: the paths that people try are without number. */
export const unmatchedPath = 'unmatched';

/** Index of the bucket that a duration falls into. */
export const bucketOf = (milliseconds: number): number => {
  const index = bucketMilliseconds.findIndex((bound) => milliseconds <= bound);
  return index < 0 ? bucketMilliseconds.length : index;
};

export const statusAttribute = (status: number): string => attributeOf([String(status)]);

const numberAt = (item: Item, attribute: string): number => Number(item[attribute] ?? 0);

/** The cumulative buckets, the sum and the count of one route, as a histogram's samples are written. */
const histogram = (item: Item, labels: Record<string, string>): Sample[] => {
  let count = 0;
  const buckets = bucketAttributes.map((attribute, index): Sample => {
    count += numberAt(item, attribute);
    const bound = bucketMilliseconds[index];
    const le = bound === undefined ? '+Inf' : String(bound / 1_000);
    return { suffix: '_bucket', labels: { ...labels, le }, value: count };
  });
  const seconds = numberAt(item, microsecondsAttribute) / 1_000_000;
  return [...buckets, { suffix: '_sum', labels, value: seconds }, { suffix: '_count', labels, value: count }];
};

/** Requests and their durations, from the items of all routes; other items are passed over. */
export const requestFamilies = (items: readonly Item[]): Family[] => {
  const requests: Sample[] = [];
  const durations: Sample[] = [];
  for (const item of items) {
    const labels = parseRequestsKey(String(item.sk));
    if (!labels) continue;
    for (const [attribute, value] of Object.entries(item)) {
      const [status] = seriesOf(attribute, 1) ?? [];
      if (status !== undefined) requests.push({ labels: { ...labels, status }, value: Number(value) });
    }
    durations.push(...histogram(item, labels));
  }
  return [
    {
      name: 'http_requests_total',
      type: 'counter',
      help: 'Answered requests, by the pattern of their route. Processes tell every 10 s.',
      samples: requests,
    },
    {
      name: 'http_request_duration_seconds',
      type: 'histogram',
      help: 'Time from a request’s arrival in its function to its answer.',
      samples: durations,
    },
  ];
};
