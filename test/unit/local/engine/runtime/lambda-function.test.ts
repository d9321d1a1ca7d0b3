import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { threadCode } from '../../../../../local/engine/runtime/compiled.ts';
import type {
  FunctionSettings,
  InvocationError,
} from '../../../../../local/engine/runtime/function-settings.ts';
import { LambdaFunction } from '../../../../../local/engine/runtime/lambda-function.ts';

const { thread } = await threadCode();
const directory = mkdtempSync(join(tmpdir(), 'functions-'));
const started: LambdaFunction[] = [];
const failures: string[] = [];
const log = join(directory, 'tested.log');
afterEach(() => Promise.all(started.splice(0).map((target) => target.stop())));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const newFunction = (
  code: string,
  settings: Partial<FunctionSettings> = {},
  clock?: Float64Array,
): LambdaFunction => {
  const codeDirectory = mkdtempSync(join(directory, 'code-'));
  writeFileSync(join(codeDirectory, 'index.mjs'), code);
  const target = new LambdaFunction(
    {
      name: 'tested',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:tested',
      roleArn: 'arn:aws:iam::000000000000:role/tested',
      codeDirectory,
      handler: 'index.handler',
      environment: {},
      memoryMegabytes: 128,
      timeoutSeconds: 1,
      reservedConcurrency: undefined,
      traced: false,
      deadLetterArn: undefined,
      ...settings,
    },
    {
      thread,
      clock,
      environment: () => ({ GREETING: 'hello' }),
      log: () => log,
      starting: () => undefined,
      failed: (_, error: InvocationError) => failures.push(error.type),
      ended: () => undefined,
    },
  );
  started.push(target);
  return target;
};

describe('a function', () => {
  it('gets its event, its environment and Lambda’s context, and nothing else of this process', async () => {
    const target = newFunction(`export const handler = async (event, context) => ({
      event, environment: process.env, name: context.functionName, arn: context.invokedFunctionArn,
      remaining: context.getRemainingTimeInMillis() })`);
    expect(await target.invoke({ a: 1 })).toMatchObject({
      event: { a: 1 },
      environment: { GREETING: 'hello' },
      name: 'tested',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:tested',
    });
  });

  it('is loaded once and kept', async () => {
    const target = newFunction('let n = 0; export const handler = async () => (n += 1)');
    await target.invoke({});
    expect(await target.invoke({})).toBe(2);
  });

  it('that fails keeps its thread, as on AWS', async () => {
    const target = newFunction(
      'let n = 0; export const handler = async () => { n += 1; if (n === 1) throw new RangeError("no"); return n; }',
    );
    await expect(target.invoke({})).rejects.toMatchObject({ type: 'RangeError', message: 'no' });
    expect(await target.invoke({})).toBe(2);
  });

  it('that hangs is cut off, others in its thread finish, and a new thread takes its place', async () => {
    const target = newFunction(`let n = 0; export const handler = async ({ wait }) => { n += 1;
      await new Promise((done) => setTimeout(done, wait)); return n; }`);
    await target.invoke({ wait: 0 });
    const [hung, other] = await Promise.allSettled([
      target.invoke({ wait: 60_000 }),
      target.invoke({ wait: 500 }),
    ]);
    expect(hung).toMatchObject({ status: 'rejected', reason: { type: 'Sandbox.Timedout' } });
    expect(other).toMatchObject({ status: 'fulfilled' });
    expect(await target.invoke({ wait: 0 })).toBe(1);
  });

  it('that cannot be loaded says so at each invocation', async () => {
    const target = newFunction('throw new Error("broken at load")');
    await expect(target.invoke({})).rejects.toThrow('broken at load');
    await expect(target.invoke({})).rejects.toThrow('broken at load');
  });

  it('without the named handler says so', async () => {
    await expect(newFunction('export const other = 1').invoke({})).rejects.toThrow(
      'exports no function handler',
    );
  });

  it('answers no more at a time than its reserved concurrency', async () => {
    const target = newFunction(
      'export const handler = () => new Promise((done) => setTimeout(() => done("done"), 100))',
      { reservedConcurrency: 1 },
    );
    const [first, second] = await Promise.allSettled([target.invoke({}), target.invoke({})]);
    expect(first).toMatchObject({ value: 'done' });
    expect(second).toMatchObject({ reason: { type: 'TooManyRequestsException' } });
  });

  it('runs out of memory alone', async () => {
    const target = newFunction(
      'export const handler = () => { const all = []; for (;;) all.push(new Array(1e6).fill({})); }',
      { memoryMegabytes: 64, timeoutSeconds: 20 },
    );
    await expect(target.invoke({})).rejects.toMatchObject({ type: 'Runtime.ExitError' });
  });

  it('prints into its log', async () => {
    const target = newFunction(`export const handler = async () => {
      console.log("to the log"); console.error("and its errors"); process.stdout.write(Buffer.from("and bytes")); }`);
    await target.invoke({});
    expect(readFileSync(log, 'utf8')).toBe('to the log\nand its errors\nand bytes');
  });

  it('sees the engine’s virtual time', async () => {
    const clock = new Float64Array(new SharedArrayBuffer(8));
    clock[0] = Date.UTC(2030, 0, 1);
    const target = newFunction(
      'export const handler = async () => [Date.now(), new Date().toISOString(), new Date(0).toISOString(), new Date() instanceof Date]',
      {},
      clock,
    );
    expect(await target.invoke({})).toEqual([
      Date.UTC(2030, 0, 1),
      '2030-01-01T00:00:00.000Z',
      '1970-01-01T00:00:00.000Z',
      true,
    ]);
  });
});
