import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A part of the AWS SDK that no function of ours reaches, and what stands for it in a bundle. */
interface Part {
  /** The SDK's own name of it, as it is imported or as the end of its path. */
  module: RegExp;
  /**
   * Exports just what the SDK asks for today. If a later SDK asks for more, the bundler finds no such export and the
   * build fails, and what must never be used throws when it is.
   */
  standIn: string;
}

const parts: readonly Part[] = [
  {
    // Lambda gives a function its credentials in the environment. The default chain also carries SSO, profiles,
    // processes and web identities: a third of a cold start for nothing. They last as long as the process.
    module: /^@aws-sdk\/credential-provider-node$/,
    standIn: `import { fromEnv } from '@aws-sdk/credential-provider-env';
export const defaultProvider = (init) => {
  const read = fromEnv(init);
  let known;
  return async () => (known ??= await read());
};`,
  },
  {
    // DynamoDB's own endpoints need no discovering; the cache for them is eight CommonJS modules.
    module: /^@aws-sdk\/middleware-endpoint-discovery$/,
    standIn: `export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = { environmentVariableSelector: () => undefined, configFileSelector: () => undefined, default: false };
export const resolveEndpointDiscoveryConfig = (input) => {
  if (input.endpointDiscoveryEnabled) throw new Error('endpoint discovery is not in this bundle');
  return input;
};`,
  },
  {
    // For a Node without SHA-256.
    module: /\/Sha256Js$/,
    standIn: "export class Sha256Js { constructor() { throw new Error('Sha256Js is not in this bundle'); } }",
  },
  {
    // Our clients retry in the mode `standard` (lib/platform/aws/client.ts).
    module: /\/util-retry\/AdaptiveRetryStrategy$/,
    standIn:
      "export class AdaptiveRetryStrategy { constructor() { throw new Error('adaptive retry is not in this bundle'); } }",
  },
  {
    // Reads a browser's name; the SDK keeps the import beside the one for Node.
    module: /^bowser$/,
    standIn: "throw new Error('bowser is not in this bundle');",
  },
];

/** A client reads nothing of its package.json but the version, for the user agent. */
const clientManifest = /@aws-sdk[\\/]client-[\w-]+[\\/]package\.json$/;

/** Leaves those parts out of the functions' bundles: `docs/adr/bundles.md`. */
export const withoutUnusedParts: Plugin = {
  name: 'without-unused-sdk-parts',
  setup({ onResolve, onLoad }) {
    parts.forEach(({ module }, index) => {
      onResolve({ filter: module }, () => ({
        path: String(index),
        namespace: 'sdk-part',
        sideEffects: false,
      }));
    });
    onLoad({ filter: /./, namespace: 'sdk-part' }, ({ path }) => ({
      contents: parts[Number(path)]?.standIn ?? '',
      resolveDir: root,
    }));
    onLoad({ filter: clientManifest }, async ({ path }) => {
      const { default: manifest } = await import(path, { with: { type: 'json' } });
      return { contents: JSON.stringify({ version: manifest.version }), loader: 'json' };
    });
  },
};
