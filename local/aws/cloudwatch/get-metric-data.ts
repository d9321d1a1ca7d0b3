import type {
  GetMetricDataCommandInput,
  GetMetricDataCommandOutput,
  MetricDataQuery,
  MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import type { Clock } from '../../../lib/platform/clock.ts';
import { type Action, AwsError, type Caller } from '../stand-in.ts';
import { instanceSamples, isInstanceMetric } from './instance-metrics.ts';
import type { LoadOf } from './load.ts';
import { pageOf } from './paging.ts';
import { oldestKept, roundedStart } from './retention.ts';
import { aggregate, findStatistic, type Sample } from './statistics.ts';
import type { MetricName, SampleStore } from './store.ts';

type Output = Omit<GetMetricDataCommandOutput, '$metadata'>;
type Window = { start: number; end: number };

export interface MetricSource {
  clock: Clock;
  store: SampleStore;
  loadOf: LoadOf;
  /** From the end of what a sample of EC2 or of the agent stands for until it is seen. */
  delayMilliseconds(): number;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const maxQueries = 500;

const invalid = (message: string): AwsError => new AwsError('ValidationError', message);
const required = (name: string): AwsError =>
  new AwsError('MissingRequiredParameterException', `The parameter ${name} is required.`);

interface Series {
  query: MetricDataQuery & { Id: string };
  points: Sample[];
}

const readSamples = (
  { clock, store, loadOf, delayMilliseconds }: MetricSource,
  caller: Caller,
  name: MetricName,
  window: Window,
): Sample[] => {
  const stored = store.list(caller, name, window);
  const [dimension, ...more] = name.dimensions.filter(({ Name }) => Name === 'InstanceId');
  if (
    stored.length > 0 ||
    !dimension?.Value ||
    more.length > 0 ||
    !isInstanceMetric(name.namespace, name.metric)
  )
    return stored;
  const load = loadOf(caller.account, dimension.Value);
  const seenAt = { now: clock.now(), delayMilliseconds: delayMilliseconds() };
  return load ? instanceSamples(name.namespace, name.metric, dimension.Value, load, window, seenAt) : [];
};

const checkPeriod = (period: number | undefined): number => {
  if (period === undefined) throw required('MetricStat.Period');
  if (![1, 5, 10, 20, 30].includes(period) && (period < 60 || period % 60 !== 0))
    throw invalid(
      `The value ${period} for parameter MetricStat.Period is not 1, 5, 10, 20, 30 or a multiple of 60.`,
    );
  return period * 1000;
};

const checkId = (query: MetricDataQuery): MetricDataQuery & { Id: string } => {
  if (!query.Id) throw required('MetricDataQueries.member.Id');
  if (!/^[a-z][A-Za-z0-9_]*$/.test(query.Id) || query.Id.length > 255)
    throw invalid(
      `The value ${query.Id} for parameter MetricDataQueries.member.Id is not matching the expected pattern.`,
    );
  return { ...query, Id: query.Id };
};

const readSeries =
  (source: MetricSource, caller: Caller, { start, end }: Window) =>
  (given: MetricDataQuery): Series => {
    const query = checkId(given);
    const { Metric, Period, Stat } = query.MetricStat ?? {};
    if (query.Expression !== undefined)
      throw invalid('Metric math and SQL expressions are not known to the local engine.');
    if (!Metric?.Namespace || !Metric.MetricName) throw required('MetricStat.Metric');
    const statistic = findStatistic(Stat ?? '');
    if (!statistic) throw invalid(`The value ${Stat} for parameter MetricStat.Stat is not supported.`);
    const period = checkPeriod(Period);
    const name = {
      namespace: Metric.Namespace,
      metric: Metric.MetricName,
      dimensions: Metric.Dimensions ?? [],
    };
    const now = source.clock.now();
    const from = Math.floor(roundedStart(start, now) / period) * period;
    // Of what is kept in a longer period only, CloudWatch gives no points rather than an error.
    const window = { start: Math.max(from, oldestKept(period, now)), end };
    return { query, points: aggregate(readSamples(source, caller, name, window), period, statistic) };
  };

const toResult = ({ query, points }: Series): MetricDataResult => ({
  Id: query.Id,
  Label: query.Label ?? query.MetricStat?.Metric?.MetricName,
  Timestamps: points.map(({ at }) => new Date(at)),
  Values: points.map(({ value }) => value),
});

/** Reads stored samples, and for instances' own metrics the load they have. */
export const getMetricData =
  (source: MetricSource): Action<GetMetricDataCommandInput, Output> =>
  ({ MetricDataQueries, StartTime, EndTime, ScanBy = 'TimestampDescending', ...page }, caller) => {
    if (!MetricDataQueries || MetricDataQueries.length === 0) throw required('MetricDataQueries');
    if (!StartTime) throw required('StartTime');
    if (!EndTime) throw required('EndTime');
    if (MetricDataQueries.length > maxQueries)
      throw invalid(`The collection MetricDataQueries must not have a size greater than ${maxQueries}.`);
    if (StartTime >= EndTime) throw invalid('The parameter EndTime must be greater than StartTime.');
    const ids = new Set(MetricDataQueries.map(({ Id }) => Id));
    if (ids.size < MetricDataQueries.length) throw invalid('The values for parameter Id must be unique.');
    const series = MetricDataQueries.map(
      readSeries(source, caller, { start: StartTime.getTime(), end: EndTime.getTime() }),
    );
    if (ScanBy === 'TimestampDescending') for (const { points } of series) points.reverse();
    const results = series.filter(({ query }) => query.ReturnData !== false).map(toResult);
    return { ...pageOf(results, page), Messages: [] };
  };
