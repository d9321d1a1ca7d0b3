import type { Clock } from '../clock.ts';
import type { Tables } from '../table/types.ts';
import { requestsKey } from './keys.ts';
import {
  bucketAttributes,
  bucketOf,
  microsecondsAttribute,
  statusAttribute,
  unmatchedPath,
} from './request-totals.ts';

/** Counts are written at most so often … */
const intervalMilliseconds = 10_000;
/** … or after so many requests. */
const manyRequests = 1_000;
/** Milliseconds that writing them may hold up the request in which they are due. */
const patience = 1_000;

/** Methods that are told apart; any other text that was sent as a method is `OTHER`. */
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** The declaration of a route, as far as it matters here; the same object for each of its requests. */
type RouteName = { readonly method: string; readonly path: string };

export interface Answered {
  /** Absent where none matched. */
  route: RouteName | undefined;
  /** As it was sent. */
  method: string;
  status: number;
  milliseconds: number;
}

export interface RequestMeter {
  /** Notes a request: a few additions in memory. */
  count(answered: Answered): void;
  /**
   * Writes what was noted, where it is due; `undefined` where it is not. Never rejects. Begin it with a request and await
   * it before the answer: Lambda freezes the process as soon as it has that.
   */
  flushIfDue(): Promise<void> | undefined;
}

type Counts = Record<string, number>;

const bump = (counts: Counts, attribute: string, by: number): void => {
  counts[attribute] = (counts[attribute] ?? 0) + by;
};

/**
 * Counts requests without a write for each: a process adds them up in memory and tells the table every 10 s or 1,000
 * requests, within a later request. So a process that ends takes up to 10 s of its counts with it, more where its last
 * request lies longer back; and where the answer of a write is lost, some may be told twice. The numbers are for rates
 * and latencies, not for invoices.
 */
export const createRequestMeter = (options: {
  tables: Tables;
  clock: Clock;
  /** Is told why counts could not be written; they are kept for the next time. */
  report: (error: unknown) => void;
}): RequestMeter => {
  const { tables, clock, report } = options;
  let noted = new Map<RouteName | string, Counts>();
  let requests = 0;
  let dueAt = clock.now() + intervalMilliseconds;
  let flushing = false;

  const countsOf = (name: RouteName | string): Counts => {
    const known = noted.get(name);
    if (known) return known;
    const counts: Counts = {};
    noted.set(name, counts);
    return counts;
  };

  const tell = async (name: RouteName | string, add: Counts, signal: AbortSignal): Promise<void> => {
    const update =
      typeof name === 'string' ? requestsKey(name, unmatchedPath) : requestsKey(name.method, name.path);
    try {
      await tables.write({ update, add }, { signal });
    } catch (error) {
      const counts = countsOf(name);
      for (const [attribute, by] of Object.entries(add)) bump(counts, attribute, by);
      throw error;
    }
  };

  const flush = async (): Promise<void> => {
    const told = noted;
    noted = new Map();
    requests = 0;
    dueAt = clock.now() + intervalMilliseconds;
    const signal = AbortSignal.timeout(patience);
    const results = await Promise.allSettled([...told].map(([name, counts]) => tell(name, counts, signal)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) report(failed.reason);
    flushing = false;
  };

  return {
    count({ route, method, status, milliseconds }) {
      requests += 1;
      const counts = countsOf(route ?? (methods.has(method) ? method : 'OTHER'));
      bump(counts, statusAttribute(status), 1);
      bump(counts, bucketAttributes[bucketOf(milliseconds)] as string, 1);
      bump(counts, microsecondsAttribute, Math.round(milliseconds * 1_000));
    },
    flushIfDue() {
      const due = requests >= manyRequests || (noted.size > 0 && clock.now() >= dueAt);
      if (flushing || !due) return undefined;
      flushing = true;
      return flush();
    },
  };
};
