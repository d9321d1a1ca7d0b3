import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../../../lib/platform/logging/logger.ts';
import { countCalls, currentMeter, metered } from '../../../../lib/platform/logging/meter.ts';
import { served } from '../http/harness.ts';
import { type Widgets, widgetRoutes, widgets } from '../http/widgets.ts';

/** A client whose only middleware is the meter's. */
const countingCall = (): (() => Promise<unknown>) => {
  let call: (args: unknown) => Promise<unknown> = async () => 'answer';
  countCalls({
    middlewareStack: {
      add: (middleware: (next: typeof call) => typeof call) => {
        call = middleware(call);
      },
    },
  });
  return () => call({});
};

describe('the meter', () => {
  const call = countingCall();

  it('counts for the request under way, among others in the same thread', async () => {
    const request = (count: number) =>
      metered(async () => {
        for (let i = 0; i < count; i++) {
          await setImmediate();
          await call();
        }
        return currentMeter();
      });
    expect(await Promise.all([request(1), request(3)])).toEqual([{ requests: 1 }, { requests: 3 }]);
  });

  it('counts nothing outside of one, and changes no answer', async () => {
    expect(await call()).toBe('answer');
    expect(currentMeter()).toBeUndefined();
  });

  it('is in the line of the request', async () => {
    const reading: Widgets = {
      ...widgets,
      open: async (caller) => {
        await call();
        return widgets.open(caller);
      },
    };
    const app = served(widgetRoutes, reading);
    await app.call({ path: '/bare' });
    expect(app.lines[0]?.fields).toMatchObject({ dynamodb_requests: 1 });
  });
});

describe('the logger', () => {
  it('writes a line of JSON with the fields it was given, and keeps none for the next', () => {
    const lines: string[] = [];
    const write = vi
      .spyOn(process.stdout, 'write')
      .mockImplementation((line) => lines.push(String(line)) > 0);
    const logger = createLogger('api-test');
    logger.info('request', { tenant: 'a' });
    logger.info('request', { user: 'b' });
    write.mockRestore();
    const [first, second] = lines.map((line) => JSON.parse(line));
    expect(first).toMatchObject({ level: 'INFO', message: 'request', service: 'api-test', tenant: 'a' });
    expect(second).not.toHaveProperty('tenant');
  });

  it('writes an error with its causes, and nothing that a cancelled transaction had found', () => {
    const lines: string[] = [];
    const write = vi
      .spyOn(process.stdout, 'write')
      .mockImplementation((line) => lines.push(String(line)) > 0);
    const cause = Object.assign(new Error('cancelled'), {
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'ConditionalCheckFailed', Item: { password: { S: 'the-hash' } } }],
      $metadata: { requestId: 'R1', httpStatusCode: 400 },
    });
    createLogger('api-test').error('request', { error: new TypeError('broken', { cause }) });
    write.mockRestore();
    const { error } = JSON.parse(lines[0] as string);
    expect(error).toMatchObject({
      name: 'TypeError',
      message: 'broken',
      stack: expect.stringContaining('logging.test.ts'),
      cause: {
        name: 'TransactionCanceledException',
        message: 'cancelled',
        aws_request_id: 'R1',
        http_status: 400,
      },
    });
    expect(lines[0]).not.toContain('the-hash');
  });
});
