import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../scripts/build.ts';
import { invoke, sampleOf } from '../../scripts/invoke.ts';
import { newAccount } from '../support/api-client.ts';
import { type RunningEngine, runEngine } from '../support/engine.ts';

const script = join(import.meta.dirname, '../../scripts/invoke.ts');

describe('npm run invoke', () => {
  let engine: RunningEngine;
  let bundles: string;
  let printed: string;

  beforeAll(async () => {
    engine = await runEngine();
    bundles = await mkdtemp(join(tmpdir(), 'cloud-bundles-'));
    await build({ outdir: bundles });
  });
  afterAll(async () => {
    await engine?.stop();
    await rm(bundles, { recursive: true, force: true });
  });

  const run = (name: string, change: (event: Record<string, unknown>) => void = () => undefined) => {
    printed = '';
    const event = JSON.parse(readFileSync(sampleOf(name), 'utf8'));
    change(event);
    const output = (chunk: Buffer) => {
      printed += chunk;
    };
    return invoke({ name, event, dataDir: engine.dataDir, bundles, output });
  };

  it('runs a function of the API on the tables of the engine', async () => {
    const user = await newAccount(engine.url);
    const { data } = await user.api.post<{ id: string }>('/instances', { name: 'web-1', image: 'al2023' });
    const answer = await run('api-compute', (event) => {
      event.headers = { 'x-api-key': user.api.key };
      event.rawPath = `/instances/${data.id}`;
      event.pathParameters = { id: data.id };
      const { http } = event.requestContext as { http: { path: string } };
      http.path = `/instances/${data.id}`;
    });
    expect(answer).toMatchObject({ statusCode: 200 });
    expect(JSON.parse((answer as { body: string }).body).data.name).toBe('web-1');
    expect(printed).toContain('"service":"api-compute"');
  });

  it.each([
    ['api-identity', { statusCode: 401 }],
    ['api-insight', { statusCode: 200 }],
    ['api-telemetry', { statusCode: 401 }],
    ['stream-outbox', { batchItemFailures: [] }],
    ['stream-totals', { batchItemFailures: [] }],
    ['worker-history', { batchItemFailures: [] }],
    ['worker-mail', { batchItemFailures: [] }],
    ['worker-fan-out', { batchItemFailures: [] }],
    ['worker-deliver', { batchItemFailures: [] }],
    ['worker-metrics', { batchItemFailures: [] }],
    ['worker-reconcile', { batchItemFailures: [] }],
    ['worker-sweep', { sent: expect.any(Number) }],
  ])('runs %s with its sample, under the rights of its role', async (name, answer) => {
    expect(await run(name)).toMatchObject(answer);
    expect(printed).not.toMatch(/AccessDenied/);
  });

  it('runs worker-observe with its sample', async () => {
    expect(await run('worker-observe')).toHaveProperty('batchItemFailures');
    expect(printed).not.toMatch(/AccessDenied/);
  });

  it('says what to do where no engine runs, and where there is no such function', async () => {
    await expect(
      invoke({ name: 'x', event: {}, dataDir: bundles, bundles, output: () => undefined }),
    ).rejects.toThrow('npm start');
    await expect(
      invoke({ name: 'nothing', event: {}, dataDir: engine.dataDir, bundles, output: () => undefined }),
    ).rejects.toThrow('no function nothing');
  });

  it('is a command, which says how to use it', async () => {
    const usage = await promisify(execFile)(process.execPath, [script]).catch((error) => error);
    expect([usage.code, usage.stderr]).toEqual([2, expect.stringContaining('npm run invoke -- <function>')]);
  });
});
