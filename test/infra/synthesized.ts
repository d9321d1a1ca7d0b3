import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../infra/app.ts';

/** The names of all bundles, as the build makes them. */
export const bundleNames = [
  'api-identity',
  'api-compute',
  'api-network',
  'api-storage',
  'api-automation',
  'api-integration',
  'api-gateway',
  'api-objects',
  'api-poll',
  'api-secrets',
  'api-runtime',
  'api-telemetry',
  'api-insight',
  'stream-outbox',
  'stream-totals',
  'worker-reconcile',
  'worker-reconcile-network',
  'worker-reconcile-storage',
  'worker-reconcile-balancing',
  'worker-reconcile-autoscaling',
  'worker-reconcile-drift',
  'worker-reconcile-batch',
  'worker-reconcile-messaging',
  'worker-reconcile-functions',
  'worker-invoke',
  'worker-reconcile-sources',
  'worker-reconcile-cron',
  'worker-reconcile-secrets',
  'worker-observe',
  'worker-history',
  'worker-mail',
  'worker-fan-out',
  'worker-deliver',
  'worker-sweep',
  'worker-capacity',
  'worker-metrics',
  'worker-tick',
];

const scratch = mkdtempSync(join(tmpdir(), 'infra-test-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** A new folder that goes when the tests end. */
export const temporaryFolder = (): string => mkdtempSync(join(scratch, 'folder-'));

/** A folder of bundles that do nothing: what is in them does not matter to the template. */
export const emptyBundles = (): string => {
  const folder = temporaryFolder();
  for (const name of bundleNames) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'index.mjs'), 'export const handler = async () => {};\n');
  }
  return folder;
};

export interface Resource {
  stack: string;
  id: string;
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template's properties have the shape of their type
  Properties: any;
}

interface Template {
  Resources: Record<string, Omit<Resource, 'stack' | 'id'>>;
  Outputs?: Record<string, { Value: unknown; Export?: { Name: string } }>;
}

/** The app's templates, by what comes after the stage in the stack's name. */
export const templates = (context: Record<string, unknown> = {}): Map<string, Template> => {
  const assembly = createApp({
    context,
    outdir: temporaryFolder(),
    bundles: emptyBundles(),
  }).synth();
  return new Map(assembly.stacks.map((stack) => [stack.stackName.split('-').at(-1) ?? '', stack.template]));
};

/** All resources of all stacks. */
export const resourcesOf = (all: ReadonlyMap<string, Template>): Resource[] =>
  [...all].flatMap(([stack, { Resources }]) =>
    Object.entries(Resources).map(([id, resource]) => ({ stack, id, ...resource })),
  );
