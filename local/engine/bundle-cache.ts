import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached, hashOfFiles } from './cached.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** All that bundling reads. The document of the API lies beside the bundle that gives it out. */
export const bundledSources = [
  '{lib,functions}/**/*.{ts,json}',
  'scripts/*.ts',
  'docs/openapi.json',
  'package-lock.json',
];

/** The bundles of all functions: made, or, where no source has changed since, taken from the cache. @returns their folder */
export const functionBundles = (): Promise<string> =>
  cached(`bundles-${hashOfFiles(root, bundledSources)}`, async (folder) => {
    const { build } = await import('../../scripts/build.ts');
    await build({ outdir: join(folder, 'functions') });
  }).then((folder) => join(folder, 'functions'));
