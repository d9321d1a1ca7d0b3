import { expect, it } from 'vitest';
import { VirtualTimers } from '../../../../../local/clock.ts';
import { invokeLater } from '../../../../../local/engine/runtime/async-invocation.ts';
import { InvocationError } from '../../../../../local/engine/runtime/function-settings.ts';
import type { LambdaFunction } from '../../../../../local/engine/runtime/lambda-function.ts';

/** A function that fails the first `failures` times, invoked asynchronously; after three and more minutes. */
const run = async (
  failures: number,
  asynchronous = { maximumRetryAttempts: 2, onFailureArn: 'destination' },
) => {
  const timers = new VirtualTimers(0);
  const times: number[] = [];
  const sent: [string, unknown][] = [];
  const target = {
    settings: { arn: 'arn', deadLetterArn: 'dead' },
    asynchronous,
    invoke: async () => {
      times.push(timers.now() / 1000);
      if (times.length <= failures) throw new InvocationError('Error', 'no');
    },
  } as unknown as LambdaFunction;
  const settled = () => new Promise((done) => setImmediate(done));
  await invokeLater(
    target,
    { a: 1 },
    {
      timers,
      stopping: () => false,
      deadLetter: (arn, body) => sent.push([arn, JSON.parse(body)]),
    },
  );
  for (let minute = 0; minute < 5; minute += 1) {
    timers.advance(60_000);
    await settled();
  }
  return { times, sent };
};

it('invokes once what succeeds', async () => {
  expect(await run(0)).toEqual({ times: [0], sent: [] });
});

it('retries after one and then after two minutes', async () => {
  expect(await run(2)).toEqual({ times: [0, 60, 180], sent: [] });
});

it('hands what failed for good to the failure destination and to the dead-letter queue', async () => {
  const { times, sent } = await run(9);
  expect(times).toEqual([0, 60, 180]);
  expect(sent).toMatchObject([
    [
      'destination',
      {
        requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
        requestPayload: { a: 1 },
      },
    ],
    ['dead', { a: 1 }],
  ]);
});

it('retries less where the function asks for it', async () => {
  expect((await run(9, { maximumRetryAttempts: 0, onFailureArn: 'destination' })).times).toEqual([0]);
});
