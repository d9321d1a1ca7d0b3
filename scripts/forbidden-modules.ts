import type { Metafile } from 'esbuild';

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
    module: /\/zod\/v4\/(?:locales\/(?!en\.|index\.)|classic\/)/,
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

/** Bytes; a module of which nothing is used can leave the shell of its namespace. */
const shell = 64;

/** One line for each forbidden module in a bundle: bundle, module, reason. */
export const forbiddenModules = (metafile: Metafile): string[] =>
  Object.entries(metafile.outputs).flatMap(([output, { inputs }]) => {
    const name = output.split('/').at(-2) ?? output;
    return rules
      .filter((rule) => rule.in.test(name))
      .flatMap(({ module, because }) => {
        const found = Object.entries(inputs).filter(
          ([path, { bytesInOutput }]) => module.test(path) && bytesInOutput > shell,
        );
        const first = found[0];
        return first
          ? [`${name}: ${first[0]}${found.length > 1 ? ` and ${found.length - 1} more` : ''} (${because})`]
          : [];
      });
  });
