import type {
  MetricDatum,
  PutMetricDataCommandInput,
  PutMetricDataCommandOutput,
} from '@aws-sdk/client-cloudwatch';
import type { Clock } from '../../../lib/platform/clock.ts';
import { type Action, AwsError } from '../stand-in.ts';
import type { SampleStore } from './store.ts';

type Output = Omit<PutMetricDataCommandOutput, '$metadata'>;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
const maxData = 1_000;
const maxDimensions = 30;

const invalid = (message: string): AwsError => new AwsError('InvalidParameterValue', message);

/** Each value as often as it was counted; of a statistic set, the mean. */
const valuesOf = ({ Value, Values, Counts, StatisticValues }: MetricDatum): number[] => {
  if (Value !== undefined) return [Value];
  if (Values) return Values.flatMap((value, index) => Array<number>(Counts?.[index] ?? 1).fill(value));
  const { Sum, SampleCount } = StatisticValues ?? {};
  if (Sum !== undefined && SampleCount) return [Sum / SampleCount];
  throw new AwsError(
    'MissingParameter',
    'At least one of the parameters Value, Values and StatisticValues must be specified.',
  );
};

export const putMetricData =
  (clock: Clock, store: SampleStore): Action<PutMetricDataCommandInput, Output> =>
  ({ Namespace, MetricData = [] }, caller) => {
    if (!Namespace) throw new AwsError('MissingParameter', 'The parameter Namespace is required.');
    if (Namespace.startsWith('AWS/'))
      throw invalid('The value AWS/ for parameter Namespace is invalid: it is reserved.');
    if (MetricData.length > maxData)
      throw invalid(`The collection MetricData must not have a size greater than ${maxData}.`);
    const samples = MetricData.flatMap((datum) => {
      if (!datum.MetricName) throw new AwsError('MissingParameter', 'The parameter MetricName is required.');
      const dimensions = datum.Dimensions ?? [];
      if (dimensions.length > maxDimensions)
        throw invalid(`The collection Dimensions must not have a size greater than ${maxDimensions}.`);
      const name = { namespace: Namespace, metric: datum.MetricName, dimensions };
      const at = datum.Timestamp?.getTime() ?? clock.now();
      return valuesOf(datum).map((value) => {
        if (!Number.isFinite(value)) throw invalid(`The value ${value} for parameter Value is invalid.`);
        return { name, at, value };
      });
    });
    for (const { name, at, value } of samples) store.add(caller, name, { at, value });
    return {};
  };
