import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** A call of zod that makes a schema or a check, which has no effect; parsing has one, as it may throw. */
const making = /(?<![\w$.])z\.(?!(?:safe)?(?:parse|Parse|decode|encode)|config\b|NEVER\b)\w+\(/g;

/**
 * Marks the making of schemas as free of effects, so that the bundler leaves out those that a function does not use: a
 * volume's function needs three of the instances' twenty schemas, and each costs a cold start tens of microseconds.
 */
export const pureSchemas: Plugin = {
  name: 'pure-schemas',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]lib[\\/](?:services|platform|app)[\\/].*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes("import * as z from 'zod/mini'")) return undefined;
      return { contents: text.replace(making, '/* @__PURE__ */ $&'), loader: 'ts' };
    });
  },
};
