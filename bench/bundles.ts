import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { build as bundle, type Plugin } from 'esbuild';
import { build } from '../scripts/build.ts';
import { bundleSettings } from '../scripts/bundle-settings.ts';
import { bundleSizes } from '../scripts/bundle-sizes.ts';
import { childrenFolder } from './processes.ts';

const here = import.meta.dirname;

export interface Bundle {
  name: string;
  file: string;
  /** Read at a cold start. */
  kilobytes: number;
  /** Deployed, with what is loaded on first use. */
  totalKilobytes: number;
}

/** The yardstick is the default build of everybody's first handler: one file, with the SDK's own credential chain. */
const bareSettings = { ...bundleSettings, splitting: false, plugins: [] as Plugin[] };

/** Puts the remembering HTTP handler in the place of the SDK's. */
const remembering: Plugin = {
  name: 'remembering-http-handler',
  setup({ onResolve }) {
    onResolve({ filter: /^@smithy\/node-http-handler$/ }, () => ({
      path: join(here, 'memo-http-handler.ts'),
    }));
  },
};

const describe = (
  name: string,
  file: string,
  { eager, total }: { eager: number; total: number },
): Bundle => ({
  name,
  file,
  kilobytes: eager / 1_024,
  totalKilobytes: total / 1_024,
});

/** API functions that the goals are about, and telemetry for comparison. */
export const measured = [
  'api-compute',
  'api-network',
  'api-storage',
  'api-identity',
  'api-telemetry',
  'api-insight',
] as const;

/** Builds the yardstick and the functions, each as deployed (`cold`) and with the remembering HTTP handler (`warm`). */
export const buildAll = async (outdir: string) => {
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  const sizes = bundleSizes(await build({ outdir: join(outdir, 'functions') }));
  for (const [kind, plugins] of [
    ['cold', []],
    ['warm', [remembering]],
  ] as const) {
    await bundle({
      ...bareSettings,
      plugins: [...plugins],
      entryPoints: { bare: join(here, 'bare/handler.ts'), empty: join(here, 'bare/empty.ts') },
      outdir: join(outdir, kind),
    });
  }
  await bundle({
    bundle: true,
    format: 'esm',
    platform: 'node',
    entryPoints: { cold: join(here, 'children/cold.ts'), warm: join(here, 'children/warm.ts') },
    outExtension: { '.js': '.mjs' },
    outdir: childrenFolder,
  });
  const warm: Record<string, string> = { bare: join(outdir, 'warm/bare.mjs') };
  for (const name of measured.filter((one) => one !== 'api-telemetry')) {
    await bundle({
      ...bundleSettings,
      plugins: [...bundleSettings.plugins, remembering],
      entryPoints: { index: join(here, `../functions/api/${name.slice(4)}.ts`) },
      outdir: join(outdir, 'warm', name),
    });
    warm[name] = join(outdir, 'warm', name, 'index.mjs');
  }
  const bareBytes = (await stat(join(outdir, 'cold/bare.mjs'))).size;
  const cold = [describe('bare', join(outdir, 'cold/bare.mjs'), { eager: bareBytes, total: bareBytes })];
  for (const name of measured) {
    const size = sizes.find((one) => one.name === name);
    if (!size) throw new Error(`there is no bundle ${name}`);
    cold.push(describe(name, join(outdir, 'functions', name, 'index.mjs'), size));
  }
  return { cold, empty: join(outdir, 'cold/empty.mjs'), warm };
};
