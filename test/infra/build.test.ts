import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Metafile } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { build } from '../../scripts/build.ts';
import { bundleSizes } from '../../scripts/bundle-sizes.ts';
import { forbiddenModules } from '../../scripts/forbidden-modules.ts';
import { temporaryFolder } from './synthesized.ts';

const modules = new URL('../../node_modules', import.meta.url).pathname;

/** A folder of functions beside a link to the installed packages, and where their bundles go. */
const functionsWith = (files: Record<string, string>) => {
  const root = temporaryFolder();
  for (const folder of ['api', 'workers', 'stream', 'lib']) mkdirSync(join(root, folder));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
  return { functions: root, outdir: join(root, 'dist/functions') };
};

const dynamoDb = `import { DynamoDBClient } from '${modules}/@aws-sdk/client-dynamodb';
const client = new DynamoDBClient({});
export const handler = async () => client.config.region();\n`;

describe('the build', () => {
  it('makes one bundle of each function, named by its folder', async () => {
    const noop = 'export const handler = async () => 1;\n';
    const folders = functionsWith({
      'api/compute.ts': noop,
      'workers/mail.ts': noop,
      'stream/outbox.ts': noop,
    });
    const metafile = await build(folders);
    expect(bundleSizes(metafile).map(({ name }) => name)).toEqual([
      'api-compute',
      'stream-outbox',
      'worker-mail',
    ]);
    const loaded = await import(join(folders.outdir, 'worker-mail/index.mjs'));
    expect(await loaded.handler()).toBe(1);
  });

  it('takes credentials from the environment and leaves every other provider out', async () => {
    const folders = functionsWith({ 'api/identity.ts': dynamoDb });
    const metafile = await build(folders);
    const inputs = Object.keys(metafile.inputs).join('\n');
    expect(inputs).toContain('credential-provider-env');
    expect(inputs).not.toMatch(/credential-provider-(?:node|sso|ini|process|web-identity)|client-sso/);
    expect(readFileSync(join(folders.outdir, 'api-identity/index.mjs')).length).toBeLessThan(260_000);
  });

  it('puts what is imported on first use into a file of its own, which a start does not read', async () => {
    const folders = functionsWith({
      'api/compute.ts': `export const handler = async () => (await import('./large.ts')).large.length;\n`,
      'api/large.ts': `export const large = '${'x'.repeat(10_000)}';\n`,
    });
    const metafile = await build(folders);
    const size = bundleSizes(metafile).find(({ name }) => name === 'api-compute');
    expect(size?.eager).toBeLessThan(1_000);
    expect(size?.total).toBeGreaterThan(10_000);
    const loaded = await import(join(folders.outdir, 'api-compute/index.mjs'));
    expect(await loaded.handler()).toBe(10_000);
  });

  it('reads one file at a start, and shares with what is loaded later whatever both use', async () => {
    const folders = functionsWith({
      'api/compute.ts': `import { count, kinds } from '../lib/counter.ts';
export const handler = async () => [count(), (await import('../lib/first.ts')).first(), (await import('../lib/second.ts')).second(), count(), kinds.size];\n`,
      'lib/counter.ts':
        'let calls = 0;\nexport const kinds = new Set();\nexport const count = () => ++calls;\n',
      'lib/first.ts': `import { count, kinds } from './counter.ts';
export class First {}
kinds.add(First);
export const first = () => count();\n`,
      'lib/second.ts': `import { count, kinds } from './counter.ts';
import { First } from './first.ts';
export const second = () => [count(), kinds.has(First)];\n`,
    });
    const metafile = await build(folders);
    const folder = join(folders.outdir, 'api-compute');
    expect(readFileSync(join(folder, 'index.mjs'), 'utf8')).not.toMatch(/^import\b|\bfrom\s*["']/);
    const { handler } = await import(join(folder, 'index.mjs'));
    expect(await handler()).toEqual([1, 2, [3, true], 4, 1]);
    const deployed = readdirSync(folder).map((file) => [file, statSync(join(folder, file)).size]);
    const told = Object.entries(metafile.outputs).map(([file, { bytes }]) => [basename(file), bytes]);
    expect(deployed.sort()).toEqual(told.sort());
  });

  it('asks Node for just the names that are used, so that its lazy parts stay unloaded', async () => {
    const folders = functionsWith({
      'api/compute.ts': `import http, { createServer } from 'node:http';
import * as crypto from 'crypto';
export const handler = async () => {
  const { request } = await import('node:http');
  return [createServer === http.createServer, typeof request, typeof crypto.randomUUID(), typeof http.METHODS];
};\n`,
    });
    await build(folders);
    const file = join(folders.outdir, 'api-compute/index.mjs');
    expect(readFileSync(file, 'utf8')).not.toMatch(/\bfrom\s*["']node:|WebSocket/);
    const script = `const { handler } = await import(${JSON.stringify(file)});
const seen = await handler();
console.log(JSON.stringify([seen, process.moduleLoadList.some((name) => name.includes('undici'))]));`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect(JSON.parse(stdout)).toEqual([[true, 'function', 'string', 'object'], false]);
  });

  it('builds no function that needs a part of the SDK which is left out', async () => {
    const asked = `import { getEndpointDiscoveryPlugin } from '@aws-sdk/middleware-endpoint-discovery';\n`;
    const use = 'export const handler = async () => getEndpointDiscoveryPlugin;\n';
    await expect(build(functionsWith({ 'api/compute.ts': asked + use }))).rejects.toThrow(
      /No matching export .* "getEndpointDiscoveryPlugin"/,
    );
  });

  it('leaves out the schemas that a function does not use', async () => {
    const outdir = temporaryFolder();
    await build({ outdir });
    const has = (name: string, field: string) =>
      readFileSync(join(outdir, name, 'index.mjs'), 'utf8').includes(field);
    expect(has('api-telemetry', 'memory_percentage')).toBe(true);
    expect(has('api-storage', 'memory_percentage')).toBe(false);
    expect(has('api-storage', 'throughput')).toBe(true);
  });

  it('refuses the EC2 client in an API function, and says who has it and why', async () => {
    const ec2 = `import { EC2Client } from '${modules}/@aws-sdk/client-ec2';\nexport const handler = async () => new EC2Client({});\n`;
    await expect(build(functionsWith({ 'api/compute.ts': ec2 }))).rejects.toThrow(
      /api-compute: .*client-ec2.*cold start/,
    );
    await expect(
      build(functionsWith({ 'api/telemetry.ts': ec2, 'workers/reconcile.ts': ec2 })),
    ).resolves.toBeDefined();
  });

  it('says so when there is nothing to bundle', async () => {
    await expect(build(functionsWith({}))).rejects.toThrow(/There are no functions in/);
  });
});

describe('forbidden modules', () => {
  const metafile = (path: string, bundle = 'api-identity', bytesInOutput = 1000): Metafile => ({
    inputs: {},
    outputs: {
      [`dist/functions/${bundle}/index.mjs`]: {
        bytes: 1,
        imports: [],
        exports: [],
        inputs: { [path]: { bytesInOutput } },
      },
    },
  });

  it.each([
    ['node_modules/zod/v4/locales/de.js'],
    ['node_modules/zod/v4/classic/schemas.js'],
    ['node_modules/aws-xray-sdk-core/index.js'],
    ['node_modules/@aws-sdk/client-dynamodb/dist-cjs/index.js'],
    ['node_modules/express/index.js'],
    ['node_modules/@aws-sdk/client-ec2/dist-es/index.js'],
  ])('%s', (path) => {
    expect(forbiddenModules(metafile(path))).toHaveLength(1);
  });

  it('may leave the shell of a namespace of which nothing is used', () => {
    const locales = 'node_modules/zod/v4/locales/index.js';
    expect(forbiddenModules(metafile(locales, 'api-identity', 17))).toEqual([]);
    expect(forbiddenModules(metafile(locales, 'api-identity', 18))).toHaveLength(1);
    expect(forbiddenModules(metafile('node_modules/express/index.js', 'api-identity', 17))).toHaveLength(1);
  });

  it.each([
    ['node_modules/zod/v4/mini/schemas.js', 'api-identity'],
    ['node_modules/zod/v4/locales/en.js', 'api-identity'],
    ['node_modules/@aws-sdk/client-ec2/dist-es/index.js', 'worker-reconcile'],
  ])('but not %s in %s', (path, bundle) => {
    expect(forbiddenModules(metafile(path, bundle))).toEqual([]);
  });
});
