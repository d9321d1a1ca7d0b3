import type { BuildOptions } from 'esbuild';
import { lazyBuiltins } from './lazy-builtins.ts';
import { pureSchemas } from './pure-schemas.ts';
import { withoutUnusedParts } from './sdk-parts.ts';

/** How every function is bundled; the benchmarks bundle their yardsticks with the same settings. */
export const bundleSettings = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // Module first: the SDK's CommonJS halves can't be shaken, and cost a quarter of a cold start.
  mainFields: ['module', 'main'],
  minify: true,
  splitting: true,
  chunkNames: 'chunk-[hash]',
  legalComments: 'none',
  metafile: true,
  outExtension: { '.js': '.mjs' },
  plugins: [withoutUnusedParts, lazyBuiltins, pureSchemas],
  logLevel: 'warning',
} satisfies BuildOptions;
