import type { Metafile } from 'esbuild';
import { bundleOf } from './bundle-sizes.ts';

interface Rule {
  /** Found in the path of a module. */
  module: RegExp;
  /** Name of the bundle. */
  in: RegExp;
  because: string;
}

/** What a bundle must not hold, from measured cold starts. */
const rules: readonly Rule[] = [
  {
    module: /@aws-sdk\/client-ec2\//,
    in: /^api-(?!telemetry$)/,
    because: 'the EC2 client doubles a cold start; only workers and telemetry may use it',
  },
  {
    module: /\/zod\/v4\/(?:locales\/(?!en\.)|classic\/)/,
    in: /./,
    because:
      'zod is imported as `import * as z from "zod/mini"`: the classic build and its locales weigh 444 KB',
  },
  {
    module: /aws-xray-sdk-core/,
    in: /./,
    because: 'tracing is Lambda’s own: the library triples a warm request',
  },
  {
    module: /\/(?:dist-cjs)\//,
    in: /./,
    because: 'CommonJS can’t be shaken: something asks for it by `require`',
  },
  {
    module: /node_modules\/(?:express|fastify|@nestjs)\//,
    in: /./,
    because: 'a server framework costs 36 ms and more of a cold start',
  },
];

/** zod names its locales, of which nothing is used: what is left is the shell of that namespace, 17 bytes. */
const emptyLocales = { module: /\/zod\/v4\/locales\/index\.js$/, bytes: 17 };

const isEmptyLocales = (path: string, bytes: number): boolean =>
  emptyLocales.module.test(path) && bytes <= emptyLocales.bytes;

/** One line for each forbidden module in a bundle: bundle, module, reason. */
export const forbiddenModules = (metafile: Metafile): string[] => {
  const inputsOf = new Map<string, [string, number][]>();
  for (const [output, { inputs }] of Object.entries(metafile.outputs)) {
    const name = bundleOf(output);
    const own = inputsOf.get(name) ?? [];
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) own.push([path, bytesInOutput]);
    inputsOf.set(name, own);
  }
  return [...inputsOf].flatMap(([name, inputs]) =>
    rules
      .filter((rule) => rule.in.test(name))
      .flatMap(({ module, because }) => {
        const found = inputs.filter(
          ([path, bytes]) => module.test(path) && bytes > 0 && !isEmptyLocales(path, bytes),
        );
        const first = found[0]?.[0];
        const more = found.length > 1 ? ` and ${found.length - 1} more` : '';
        return first ? [`${name}: ${first}${more} (${because})`] : [];
      }),
  );
};
