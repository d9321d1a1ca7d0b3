import { readFileSync } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build as bundle, type Plugin } from 'esbuild';
import { build, bundleSettings } from '../scripts/build.ts';

const here = import.meta.dirname;

export interface Bundle {
  name: string;
  file: string;
  kilobytes: number;
  gzipKilobytes: number;
}

/** The yardstick is built with the SDK's own credential chain, as everybody's first handler is. */
const bareSettings = { ...bundleSettings, plugins: [] as Plugin[] };

/** Puts the remembering HTTP handler in the place of the SDK's. */
const remembering: Plugin = {
  name: 'remembering-http-handler',
  setup({ onResolve }) {
    onResolve({ filter: /^@smithy\/node-http-handler$/ }, () => ({
      path: join(here, 'memo-http-handler.ts'),
    }));
  },
};

const describe = async (name: string, file: string): Promise<Bundle> => ({
  name,
  file,
  kilobytes: (await stat(file)).size / 1_024,
  gzipKilobytes: gzipSync(readFileSync(file)).length / 1_024,
});

/** API functions that the goals are about. */
export const measured = ['api-compute', 'api-identity', 'api-telemetry', 'api-insight'] as const;

/** Builds the yardstick and the functions, each as deployed (`cold`) and with the remembering HTTP handler (`warm`). */
export const buildAll = async (outdir: string) => {
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  await build({ outdir: join(outdir, 'functions') });
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
    ...bundleSettings,
    plugins: [...bundleSettings.plugins, remembering],
    entryPoints: Object.fromEntries(
      ['api-compute', 'api-identity'].map((name) => [
        name,
        join(here, `../functions/api/${name.slice(4)}.ts`),
      ]),
    ),
    outdir: join(outdir, 'warm'),
  });
  const cold = [await describe('bare', join(outdir, 'cold/bare.mjs'))];
  for (const name of measured) cold.push(await describe(name, join(outdir, 'functions', name, 'index.mjs')));
  return {
    cold,
    empty: join(outdir, 'cold/empty.mjs'),
    warm: { bare: join(outdir, 'warm/bare.mjs'), 'api-compute': join(outdir, 'warm/api-compute.mjs') },
  };
};
