import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { createStandInHost } from '../../../../../local/aws/host.ts';
import { AwsError } from '../../../../../local/aws/stand-in.ts';
import { createToys } from './toy-stand-ins.ts';

it('reaches a stand-in from a minified bundle in a worker thread, and its errors are of the bundle’s own classes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bundled-function-'));
  const file = join(folder, 'index.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'bundled-function.ts')],
    outfile: file,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  });
  const toys = createToys();
  toys.failNext(
    new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.", 400),
  );
  const host = await createStandInHost({
    standIns: toys.standIns,
    identify: (accessKeyId, region) => ({ account: '000000000000', region, arn: accessKeyId }),
  });
  const worker = new Worker(file, {
    execArgv: [],
    env: {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIABUNDLE',
      AWS_SECRET_ACCESS_KEY: 'local',
      CLOUD_SDK_PLUGIN: join(import.meta.dirname, '../../../../../local/sdk-plugin.ts'),
      CLOUD_LOCAL_HOST: host.url,
    },
  });
  const [answer] = await once(worker, 'message');
  expect(answer).toEqual({
    isModeled: true,
    isError: true,
    name: 'ResourceNotFoundException',
    message: "Secrets Manager can't find the specified secret.",
  });
  expect(toys.received[0]).toMatchObject({ input: { SecretId: 's' }, caller: { arn: 'AKIABUNDLE' } });
  await worker.terminate();
  await host.close();
  await rm(folder, { recursive: true });
});
