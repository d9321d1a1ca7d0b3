import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBreakers } from '../../../../lib/platform/breaker/breakers.ts';
import {
  afterFailure,
  afterSuccess,
  type Circuit,
  closedCircuit,
  failuresToOpen,
  firstPauseMilliseconds,
  longestPauseMilliseconds,
  passageOf,
  probeMilliseconds,
} from '../../../../lib/platform/breaker/circuit.ts';
import { isBackendFault, reportCalls } from '../../../../lib/platform/breaker/report-calls.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';

const now = 1_000_000;
const failed = (circuit: Circuit, times: number, at = now): Circuit =>
  times === 0 ? circuit : failed(afterFailure(circuit, at, 'Throttling'), times - 1, at);
const open = failed(closedCircuit, failuresToOpen);

describe('a circuit', () => {
  it.each<[string, Circuit, Partial<Circuit>]>([
    [
      'is closed after fewer failures than open it',
      failed(closedCircuit, failuresToOpen - 1),
      { state: 'closed' },
    ],
    [
      'opens after five in a row, for half a minute',
      open,
      { state: 'open', until: now + firstPauseMilliseconds, reason: 'Throttling', opened_at: now },
    ],
    ['stays open as long, whatever else fails meanwhile', failed(open, 3), { until: open.until as number }],
    [
      'opens for twice as long when its probe fails',
      afterFailure({ ...open, state: 'half_open' }, now, 'x'),
      { state: 'open', until: now + 2 * firstPauseMilliseconds },
    ],
    [
      'is never open for more than five minutes at a time',
      afterFailure({ ...open, state: 'half_open', openings: 20 }, now, 'x'),
      { until: now + longestPauseMilliseconds },
    ],
    ['is closed by a success', afterSuccess(), { state: 'closed', failures: 0 }],
  ])('%s', (_, circuit, expected) => expect(circuit).toMatchObject(expected));

  it.each([
    ['all, when it is closed', closedCircuit, now, { may: 'all' }],
    ['nothing, while it is open', open, now + firstPauseMilliseconds - 1, { may: 'none' }],
    ['one as a probe, after its pause', open, now + firstPauseMilliseconds, { may: 'one' }],
    [
      'nothing beside the probe under way',
      { ...open, state: 'half_open', until: now + probeMilliseconds } as Circuit,
      now + 1,
      { may: 'none' },
    ],
    [
      'another probe, when nothing is heard of the first',
      { ...open, state: 'half_open', until: now } as Circuit,
      now,
      { may: 'one' },
    ],
  ])('lets through %s', (_, circuit, at, passage) => expect(passageOf(circuit, at)).toMatchObject(passage));
});

describe('circuit breakers of several functions', () => {
  let database: TestTables;
  let time = 0;
  const clock = { now: () => time };
  beforeAll(async () => {
    database = await startTables();
  });
  afterAll(() => database?.stop());
  const newBreakers = () => createBreakers({ tables: database.tables, clock });

  it('count failures together, let one probe through, and close with its success', async () => {
    time = 1_000_000;
    const [one, two] = [newBreakers(), newBreakers()];
    for (let count = 0; count < failuresToOpen; count++)
      await (count % 2 ? one : two).failed('ec2', 'InternalError');
    expect(await newBreakers().passage('ec2')).toMatchObject({ may: 'none' });
    expect(await newBreakers().passage('elb')).toEqual({ may: 'all' });
    time += firstPauseMilliseconds;
    const passages = await Promise.all([one, two, newBreakers()].map((each) => each.passage('ec2')));
    expect(passages.map(({ may }) => may).sort()).toEqual(['none', 'none', 'one']);
    expect(await one.list(['ec2'])).toMatchObject([{ backend: 'ec2', state: 'half_open' }]);
    await two.succeeded('ec2');
    expect(await one.passage('ec2')).toEqual({ may: 'all' });
    expect(await one.list(['ec2'])).toMatchObject([{ state: 'closed', failures: 0 }]);
  });

  it('start counting anew after a success, whoever had it', async () => {
    const [one, two] = [newBreakers(), newBreakers()];
    for (let round = 0; round < 3; round++) {
      for (let count = 1; count < failuresToOpen; count++) await one.failed('net', 'InternalError');
      await two.succeeded('net');
      time += 10_000;
    }
    expect(await one.passage('net')).toEqual({ may: 'all' });
  });

  it('cost a backend that is well one read in five seconds, and no write', async () => {
    const breakers = newBreakers();
    database.consumed.length = 0;
    for (let count = 0; count < 100; count++) await breakers.succeeded('fine');
    expect(database.consumed.map(({ operation }) => operation)).toEqual(['GetItem']);
  });

  it('hear of each call of a client how it went, and nothing of one that was given up', async () => {
    const told: string[] = [];
    const breakers = {
      succeeded: async () => void told.push('succeeded'),
      failed: async (_: string, reason: string) => void told.push(reason),
    };
    const outcomes: (Error | string)[] = [
      'fine',
      Object.assign(new Error('slow down'), {
        name: 'RequestLimitExceeded',
        $metadata: { httpStatusCode: 503 },
      }),
      Object.assign(new Error('no such thing'), {
        name: 'InvalidParameterValue',
        $metadata: { httpStatusCode: 400 },
      }),
      Object.assign(new Error('out of time'), { name: 'AbortError' }),
    ];
    const client = reportCalls(
      {
        send: async () => {
          const next = outcomes.shift();
          if (next instanceof Error) throw next;
          return next;
        },
      },
      'ec2',
      breakers,
      { warn: () => undefined },
    );
    expect(await client.send()).toBe('fine');
    await expect(client.send()).rejects.toThrow('slow down');
    await expect(client.send()).rejects.toThrow('no such thing');
    await expect(client.send()).rejects.toThrow('out of time');
    expect(told).toEqual(['succeeded', 'RequestLimitExceeded', 'succeeded']);
  });
});

describe('a fault of the backend', () => {
  const sdkError = (name: string, httpStatusCode?: number) =>
    Object.assign(new Error(name), { name, ...(httpStatusCode && { $metadata: { httpStatusCode } }) });
  it.each([
    ['a throttle', sdkError('RequestLimitExceeded', 503), true],
    ['a failure of the server', sdkError('InternalError', 500), true],
    ['no answer', sdkError('TimeoutError'), true],
    ['a request that is wrong', sdkError('InvalidAMIID.NotFound', 400), false],
    ['want of capacity', sdkError('InsufficientInstanceCapacity', 500), false],
    ['a limit of the account', sdkError('VcpuLimitExceeded', 400), false],
    ['a missing right', sdkError('UnauthorizedOperation', 403), false],
    ['our own time being up', sdkError('AbortError'), false],
  ])('%s', (_, error, expected) => expect(isBackendFault(error)).toBe(expected));
});
