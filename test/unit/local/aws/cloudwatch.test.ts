import type { GetMetricDataCommandOutput, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { createCloudWatch, type InstanceLoad } from '../../../../local/aws/cloudwatch/index.ts';
import { aggregate, findStatistic } from '../../../../local/aws/cloudwatch/statistics.ts';
import { call, standInContext, stranger } from './context.ts';

const start = Date.UTC(2026, 0, 1);
const minutes = (count: number) => new Date(start + count * 60_000);

const query = (Id: string, Namespace: string, MetricName: string, rest: object = {}): MetricDataQuery => ({
  Id,
  MetricStat: {
    Metric: { Namespace, MetricName, Dimensions: [{ Name: 'InstanceId', Value: 'i-1' }] },
    Period: 60,
    Stat: 'Average',
    ...rest,
  },
});
const cpu = (rest: object = {}) => query('cpu', 'AWS/EC2', 'CPUUtilization', rest);

/** Two hours after the start, and under detailed monitoring all the time. */
const open = (
  load: Partial<InstanceLoad> = {},
  { at = 120, limits = 'default' }: { at?: number; limits?: 'default' | 'roomy' } = {},
) => {
  const context = { ...standInContext(), limits };
  context.timers.advance(at * 60_000);
  const whole = { cpuPercent: 50, memoryPercent: 30, runningSince: start, detailedSince: start, ...load };
  return createCloudWatch(context, {
    loadOf: (account, instanceId) => (account === '000000000000' && instanceId === 'i-1' ? whole : undefined),
  });
};

const read = async (
  MetricDataQueries: MetricDataQuery[],
  from = 0,
  to = 10,
  more: object = {},
  cloudwatch = open(),
  by?: typeof stranger,
) => {
  const input = { MetricDataQueries, StartTime: minutes(from), EndTime: minutes(to), ...more };
  return (
    (await call<GetMetricDataCommandOutput>(cloudwatch, 'GetMetricData', input, by)).MetricDataResults ?? []
  );
};

describe('metrics of instances', () => {
  it('follow the load, one sample a minute, newest first', async () => {
    const [result] = await read([cpu()], 0, 3);
    expect(result).toMatchObject({ Id: 'cpu', Label: 'CPUUtilization', StatusCode: 'Complete' });
    expect(result?.Timestamps).toEqual([minutes(2), minutes(1), minutes(0)]);
    for (const value of result?.Values ?? []) expect(Math.abs(value - 50)).toBeLessThanOrEqual(2);
  });

  it('are the same when read again', async () => {
    expect(await read([cpu()])).toEqual(await read([cpu()]));
  });

  it('are gathered into periods aligned to the clock', async () => {
    const [result] = await read([cpu({ Period: 300 })], 2, 11, { ScanBy: 'TimestampAscending' });
    expect(result?.Timestamps).toEqual([minutes(0), minutes(5), minutes(10)]);
  });

  it('do not go back to before the instance ran', async () => {
    const running = open({ runningSince: start + 150_000 });
    const [result] = await read([cpu()], 0, 5, { ScanBy: 'TimestampAscending' }, running);
    expect(result?.Timestamps).toEqual([minutes(3), minutes(4)]);
  });

  it.each([
    ['CPU at its end', { cpuPercent: 100 }, 'AWS/EC2', 'CPUUtilization'],
    ['idle CPU', { cpuPercent: 0 }, 'AWS/EC2', 'CPUUtilization'],
    ['full memory', { memoryPercent: 100 }, 'CWAgent', 'mem_used_percent'],
  ])('stay within 0 and 100: %s', async (_, load, namespace, metric) => {
    const [result] = await read([query('q', namespace, metric)], 0, 60, {}, open(load));
    expect(result?.Values).toHaveLength(60);
    for (const value of result?.Values ?? []) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(100);
    }
  });

  it('know memory only where an agent tells it, and traffic always', async () => {
    const agentless = open({ memoryPercent: undefined });
    const queries = [query('memory', 'CWAgent', 'mem_used_percent'), query('in', 'AWS/EC2', 'NetworkIn')];
    const [memory, network] = await read(queries, 0, 2, {}, agentless);
    expect(memory?.Values).toEqual([]);
    expect(network?.Values).toHaveLength(2);
  });

  it('are empty for an instance that does not run, or is another account’s', async () => {
    const none = createCloudWatch(standInContext(), { loadOf: () => undefined });
    expect(await read([cpu()], 0, 5, {}, none)).toMatchObject([{ Values: [], StatusCode: 'Complete' }]);
    expect(await read([cpu()], 0, 5, {}, open(), stranger)).toMatchObject([{ Values: [] }]);
  });

  it('come every five minutes until monitoring is detailed, traffic as the sum of them', async () => {
    const basic = open({ detailedSince: start + 12 * 60_000 });
    const traffic = query('in', 'AWS/EC2', 'NetworkIn');
    const [seen, network] = await read([cpu(), traffic], 0, 17, { ScanBy: 'TimestampAscending' }, basic);
    expect(seen?.Timestamps).toEqual([0, 5, 10, 12, 13, 14, 15, 16].map(minutes));
    const [fiveMinutes = 0, , , minute = 0] = network?.Values ?? [];
    expect(fiveMinutes / minute).toBeCloseTo(5, 0);
  });

  it('tell the agent’s memory each minute, whatever the monitoring', async () => {
    const basic = open({ detailedSince: undefined });
    const [memory] = await read([query('memory', 'CWAgent', 'mem_used_percent')], 0, 3, {}, basic);
    expect(memory?.Values).toHaveLength(3);
  });

  it('keep saying what the load was before it changed', async () => {
    const changed = open({
      cpuPercent: 90,
      earlier: [
        { cpuPercent: 20, until: start + 60_000 },
        { cpuPercent: 50, until: start + 150_000 },
      ],
    });
    const [result] = await read([cpu()], 0, 4, { ScanBy: 'TimestampAscending' }, changed);
    expect(result?.Values?.map((value) => Math.round(value / 10) * 10)).toEqual([20, 50, 90, 90]);
  });

  it.each([
    ['a minute late with AWS’s own limits', 'default', [0, 1, 2]],
    ['as soon as its minute is over in a roomy account', 'roomy', [0, 1, 2, 3]],
  ] as const)('show what was measured %s', async (_, limits, seen) => {
    const [result] = await read(
      [cpu()],
      0,
      10,
      { ScanBy: 'TimestampAscending' },
      open({}, { at: 4, limits }),
    );
    expect(result?.Timestamps).toEqual(seen.map(minutes));
  });

  it.each([
    ['minutes of 14 days ago', 60, 14, 2],
    ['minutes of 16 days ago', 60, 16, 0],
    ['five minutes of 16 days ago', 300, 16, 2],
    ['five minutes of 64 days ago', 300, 64, 0],
    ['hours of 64 days ago', 3_600, 64, 2],
    ['hours of 456 days ago', 3_600, 456, 0],
  ])('are kept by age: %s', async (_, Period, days, points) => {
    const old = open({}, { at: days * 1_440 });
    const [result] = await read([cpu({ Period })], 60, 60 + (2 * Period) / 60, {}, old);
    expect(result?.Values).toHaveLength(points);
  });

  it('are left out where the query says so', async () => {
    expect(await read([cpu(), { ...query('b', 'AWS/EC2', 'NetworkIn'), ReturnData: false }])).toHaveLength(1);
  });
});

describe('a page of datapoints', () => {
  const both = [cpu(), query('in', 'AWS/EC2', 'NetworkIn')];

  it('ends where it is full, and its token gives what is left', async () => {
    const cloudwatch = open();
    const page = (more: object) =>
      call<GetMetricDataCommandOutput>(cloudwatch, 'GetMetricData', {
        MetricDataQueries: both,
        StartTime: minutes(0),
        EndTime: minutes(5),
        MaxDatapoints: 4,
        ...more,
      });
    const whole = await page({ MaxDatapoints: undefined });
    expect(whole.NextToken).toBeUndefined();
    const first = await page({});
    const shape = ({ MetricDataResults = [] }: GetMetricDataCommandOutput) =>
      MetricDataResults.map(({ Id, Values, StatusCode }) => [Id, Values?.length, StatusCode]);
    expect(shape(first)).toEqual([
      ['cpu', 4, 'PartialData'],
      ['in', 0, 'PartialData'],
    ]);
    const second = await page({ NextToken: first.NextToken });
    expect(shape(second)).toEqual([
      ['cpu', 1, 'Complete'],
      ['in', 3, 'PartialData'],
    ]);
    const third = await page({ NextToken: second.NextToken });
    expect([shape(third), third.NextToken]).toEqual([[['in', 2, 'Complete']], undefined]);
    const valuesOf = (id: string) =>
      [first, second, third].flatMap(
        ({ MetricDataResults = [] }) => MetricDataResults.find(({ Id }) => Id === id)?.Values ?? [],
      );
    expect(['cpu', 'in'].map(valuesOf)).toEqual(whole.MetricDataResults?.map(({ Values }) => Values));
  });

  it.each([
    ['a token that nobody gave', { NextToken: 'more' }, 'InvalidNextToken'],
    ['no datapoint', { MaxDatapoints: 0 }, 'ValidationError'],
    ['too many datapoints', { MaxDatapoints: 100_801 }, 'ValidationError'],
  ])('is refused: %s', async (_, more, name) => {
    await expect(read(both, 0, 5, more)).rejects.toMatchObject({ name });
  });
});

describe('metrics that were put', () => {
  const custom = (Stat: string, Id = Stat.toLowerCase()): MetricDataQuery => ({
    Id,
    MetricStat: {
      Metric: {
        Namespace: 'Cloud',
        MetricName: 'Queue',
        Dimensions: [
          { Name: 'b', Value: '2' },
          { Name: 'a', Value: '1' },
        ],
      },
      Period: 60,
      Stat,
    },
  });
  const put = (cloudwatch: ReturnType<typeof open>, rest: object) =>
    call(cloudwatch, 'PutMetricData', {
      Namespace: 'Cloud',
      MetricData: [
        {
          MetricName: 'Queue',
          Dimensions: [
            { Name: 'a', Value: '1' },
            { Name: 'b', Value: '2' },
          ],
          ...rest,
        },
      ],
    });

  it('come back in every statistic, whatever the order of dimensions', async () => {
    const cloudwatch = open();
    await put(cloudwatch, { Values: [1, 5], Counts: [3, 1], Timestamp: minutes(1) });
    await put(cloudwatch, { Value: 12, Timestamp: new Date(start + 61_000) });
    await put(cloudwatch, { Value: 100 });
    const stats = ['Average', 'Sum', 'Minimum', 'Maximum', 'SampleCount', 'p90'];
    const results = await read(
      stats.map((stat) => custom(stat)),
      1,
      5,
      {},
      cloudwatch,
    );
    expect(results.map(({ Values }) => Values)).toEqual([[4], [20], [1], [12], [5], [12]]);
  });

  it('are listed', async () => {
    const cloudwatch = open();
    await put(cloudwatch, { Value: 1 });
    const list = (input: object) => call<{ Metrics: unknown[] }>(cloudwatch, 'ListMetrics', input);
    expect((await list({ Namespace: 'Cloud', Dimensions: [{ Name: 'a' }] })).Metrics).toEqual([
      {
        Namespace: 'Cloud',
        MetricName: 'Queue',
        Dimensions: [
          { Name: 'a', Value: '1' },
          { Name: 'b', Value: '2' },
        ],
      },
    ]);
    expect((await list({ Dimensions: [{ Name: 'a', Value: 'x' }] })).Metrics).toEqual([]);
  });

  it('take the place of an instance’s own', async () => {
    const cloudwatch = open();
    await call(cloudwatch, 'PutMetricData', {
      Namespace: 'CWAgent',
      MetricData: [
        {
          MetricName: 'mem_used_percent',
          Dimensions: [{ Name: 'InstanceId', Value: 'i-1' }],
          Value: 77,
          Timestamp: minutes(1),
        },
      ],
    });
    const [memory] = await read([query('memory', 'CWAgent', 'mem_used_percent')], 0, 5, {}, cloudwatch);
    expect(memory?.Values).toEqual([77]);
  });

  it.each([
    ['no namespace', { MetricData: [] }, 'MissingParameter'],
    ['AWS’s namespace', { Namespace: 'AWS/EC2', MetricData: [] }, 'InvalidParameterValue'],
    ['no value', { Namespace: 'a', MetricData: [{ MetricName: 'b' }] }, 'MissingParameter'],
    [
      'no number',
      { Namespace: 'a', MetricData: [{ MetricName: 'b', Value: Number.NaN }] },
      'InvalidParameterValue',
    ],
    [
      'too many',
      { Namespace: 'a', MetricData: Array(1001).fill({ MetricName: 'b', Value: 1 }) },
      'InvalidParameterValue',
    ],
  ])('are refused: %s', async (_, input, name) => {
    await expect(call(open(), 'PutMetricData', input)).rejects.toMatchObject({ name });
  });
});

describe('questions for metrics', () => {
  it.each([
    ['no query', [], {}, 'MissingRequiredParameterException'],
    [
      '501 queries',
      Array.from({ length: 501 }, (_, index) => ({ ...cpu(), Id: `q${index}` })),
      {},
      'ValidationError',
    ],
    ['the same id twice', [cpu(), cpu()], {}, 'ValidationError'],
    ['an id that starts with a capital', [{ ...cpu(), Id: 'Cpu' }], {}, 'ValidationError'],
    ['a period of 90 s', [cpu({ Period: 90 })], {}, 'ValidationError'],
    ['no period', [cpu({ Period: undefined })], {}, 'MissingRequiredParameterException'],
    ['an unknown statistic', [cpu({ Stat: 'Mean' })], {}, 'ValidationError'],
    ['an end before the start', [cpu()], { EndTime: minutes(-1) }, 'ValidationError'],
    ['no start', [cpu()], { StartTime: undefined }, 'MissingRequiredParameterException'],
    ['metric math', [{ Id: 'e', Expression: 'SUM(METRICS())' }], {}, 'ValidationError'],
  ])('are refused: %s', async (_, queries, more, name) => {
    await expect(read(queries, 0, 5, more)).rejects.toMatchObject({ name });
  });
});

describe('statistics', () => {
  it.each([
    ['p50', [3, 1, 2], 2],
    ['p99.9', [1, 2, 3, 4], 4],
    ['p100', [1, 9], 9],
    ['p0', [5, 1], 1],
    ['Average', [1, 2], 1.5],
  ])('%s of %j is %s', (name, values, expected) => {
    expect(findStatistic(name)?.(values)).toBe(expected);
  });

  it.each(['p101', 'mean', 'toString', ''])('do not include %j', (name) => {
    expect(findStatistic(name)).toBeUndefined();
  });

  it('put no datapoint where there is no sample', () => {
    const samples = [
      { at: 0, value: 1 },
      { at: 59_999, value: 3 },
      { at: 180_000, value: 5 },
    ];
    expect(aggregate(samples, 60_000, findStatistic('Sum') as never)).toEqual([
      { at: 0, value: 4 },
      { at: 180_000, value: 5 },
    ]);
  });
});
