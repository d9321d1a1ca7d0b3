/**
 * The one place where an AWS SDK client is configured.
 *
 * Everything that the SDK would otherwise look up in shared configuration files is given explicitly, so a cold
 * start reads no file. Credentials come from the environment, which is where Lambda puts them.
 */

import { Sha256 } from './sha256.ts';
import { wholeBody } from './whole-body.ts';

/** What the local engine puts below the real client. Absent on AWS. */
export interface SdkPlugin {
  /**
   * Answers a call itself, or passes it on with `next`.
   * `client` and `command` are the SDK's own names, such as `EC2Client` and `RunInstancesCommand`.
   */
  intercept(
    call: { client: string; command: string; input: unknown; settings?: ClientSettings },
    next: () => Promise<unknown>,
  ): Promise<unknown>;
}

/** What a client was configured with, as the SDK resolves it. */
export interface ClientSettings {
  credentials(): Promise<{ accessKeyId: string }>;
  region(): Promise<string>;
  maxAttempts(): Promise<number>;
}

interface SmithyClient {
  config: ClientSettings;
  middlewareStack: { add(middleware: never, options: never): void };
}

let loading: Promise<SdkPlugin> | undefined;

const loadPlugin = (module: string): Promise<SdkPlugin> => {
  loading ??= import(module).then((loaded: { plugin: SdkPlugin }) => loaded.plugin);
  return loading;
};

/** Hands every call of the client to a plugin, at the SDK's `initialize` step, before anything is serialized. */
export const attachPlugin = (client: object, load: () => SdkPlugin | Promise<SdkPlugin>): void => {
  const { config, middlewareStack } = client as SmithyClient;
  const middleware =
    (
      next: (args: unknown) => Promise<{ output: unknown; response: unknown }>,
      context: Record<string, string>,
    ) =>
    async (args: { input: unknown }) => {
      const plugin = await load();
      let passed: { output: unknown; response: unknown } | undefined;
      const output = await plugin.intercept(
        {
          client: context.clientName ?? '',
          command: context.commandName ?? '',
          input: args.input,
          settings: config,
        },
        async () => {
          passed = await next(args);
          return passed.output;
        },
      );
      return passed && passed.output === output ? passed : { output, response: passed?.response ?? {} };
    };
  middlewareStack.add(
    middleware as never,
    { step: 'initialize', name: 'cloudSdkPlugin', priority: 'high' } as never,
  );
};

/** Explicit settings shared by all clients. `AWS_ENDPOINT_URL` and `AWS_ENDPOINT_URL_<SERVICE>` are honoured. */
const pinned = (service: string) => ({
  region: process.env.AWS_REGION ?? 'us-east-1',
  endpoint: process.env[`AWS_ENDPOINT_URL_${service}`] ?? process.env.AWS_ENDPOINT_URL,
  // Has been done in the line above; the SDK would look into the shared files as well.
  ignoreConfiguredEndpointUrls: true,
  maxAttempts: 3,
  retryMode: 'standard',
  defaultsMode: 'standard' as const,
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  accountIdEndpointMode: 'preferred',
  authSchemePreference: [],
  disableClockSkewCorrection: false,
  endpointDiscoveryEnabledProvider: async () => false,
  sha256: Sha256,
  streamCollector: wholeBody,
  userAgentAppId: 'the-cloud',
});

/**
 * Makes an SDK client. Where `CLOUD_SDK_PLUGIN` names a module, every call goes through its `plugin`.
 *
 * @param Client the SDK's client class
 * @param service the SDK's service id as it stands in `AWS_ENDPOINT_URL_<SERVICE>`, for example `DYNAMODB`
 * @param config what this client needs beyond the shared settings
 */
export const awsClient = <C extends object>(
  Client: new (config: never) => C,
  service: string,
  config: Record<string, unknown> = {},
): C => {
  const client = new Client({ ...pinned(service), ...config } as never);
  const module = process.env.CLOUD_SDK_PLUGIN;
  if (module) attachPlugin(client, () => loadPlugin(module));
  return client;
};
