import { type UnusedGrant, type Use, unusedGrants } from '../iam/usage.ts';
import { localRegion } from './account.ts';
import { platformAssembly } from './assembly-cache.ts';
import type { Cloud } from './cloud.ts';
import { ControlServer } from './control/control-server.ts';
import { DataFolder, type EngineFile } from './data-folder.ts';
import { startSchedules } from './events/schedule.ts';
import { HttpFront } from './http/front.ts';
import { HttpApi } from './http/http-api.ts';
import { operatorKey } from './operator.ts';
import { type EngineOptions, laptopContext } from './options.ts';
import { type Outputs, provision } from './provision/provision.ts';
import { ResourceRecords } from './provision/resource-records.ts';
import type { LambdaFunction } from './runtime/lambda-function.ts';
import { startServices } from './services/start-services.ts';
import { endStaleLeases } from './stale-leases.ts';
import type { StandIns } from './stand-ins.ts';
import { readAssembly } from './template/assembly.ts';

/** A running platform. */
export interface Engine {
  /** URL of the platform’s API. */
  url: string;
  /** URL of the local controls. */
  controlUrl: string;
  dataDir: string;
  endpoints: EngineFile['endpoints'];
  /** Environment of each function as the template gives it, by function name. */
  functions: EngineFile['functions'];
  outputs: Outputs;
  /** Process id of the DynamoDB server; undefined where it is not ours. */
  dynamoDbPid(): number | undefined;
  /** Everything that the template made, for tests that look behind the API. */
  cloud: Cloud;
  standIns: StandIns;
  /** Grants that have been needed so far. */
  usedGrants(): Use[];
  /** Grants of the roles of functions and schedules that nothing has needed so far. */
  unusedGrants(): UnusedGrant[];
  /** Shows the functions the time of a virtual clock; to be called after having moved it. */
  followClock(): void;
  /** Ends in good order: takes nothing new, lets what is under way finish for a moment. */
  stop(): Promise<void>;
  /** Ends as if killed: what is under way is cut off. */
  crash(): Promise<void>;
}

/** How long `stop` waits for invocations under way. */
const graceMilliseconds = 2000;

const theApi = (cloud: Cloud): HttpApi => [...cloud.apis.values()][0] ?? new HttpApi('none');

/** Every function that answers requests. */
const apiFunctions = (cloud: Cloud): LambdaFunction[] => [
  ...theApi(cloud).functions(),
  ...[...cloud.restApis.values()].flatMap((api) => api.functions()),
];

/** Headers that CloudFront adds; without a distribution in the template those that the functions are set to expect. */
const edgeHeadersOf = (cloud: Cloud): Record<string, string> => {
  const expected = theApi(cloud)
    .functions()
    .map((target) => target.settings.environment.ORIGIN_SECRET)
    .find(Boolean);
  if (cloud.edgeHeaders.size > 0 || !expected) return Object.fromEntries(cloud.edgeHeaders);
  return { 'x-origin-verify': expected };
};

/** The CDK’s own helper functions, behind custom resources, never run here. */
const isOfCdk = ({ settings }: LambdaFunction): boolean => settings.handler.startsWith('__entrypoint__');

/** Loads the API’s functions, then, one after the other, the rest. */
const warm = async (cloud: Cloud, which: 'api' | 'all'): Promise<void> => {
  const first = apiFunctions(cloud);
  await Promise.all(first.map((target) => target.warm()));
  if (which === 'all') for (const target of cloud.functions.list()) if (!isOfCdk(target)) await target.warm();
};

const rolesInUse = (cloud: Cloud): Set<string> => {
  const functions = cloud.functions.list().filter((target) => !isOfCdk(target));
  return new Set([...cloud.senderRoles, ...functions.map(({ settings }) => settings.roleArn)]);
};

/**
 * Starts the platform: what the template describes, on this machine, over what an earlier run left in the data folder.
 * When the answer is there, requests are served.
 *
 * @throws DataFolderInUseError, UnsupportedPlatformError, TemplateError; `EADDRINUSE` where the port is taken
 */
export const startEngine = async (options: EngineOptions): Promise<Engine> => {
  const report = options.report ?? ((problem) => options.quiet || process.stderr.write(`${problem}\n`));
  const folder = new DataFolder(options.dataDir);
  const undo: (() => unknown)[] = [() => folder.release()];
  try {
    const [starting, synthesis] = await Promise.allSettled([
      startServices(folder, options, report),
      options.assembly ?? platformAssembly({ ...laptopContext, ...options.context }),
    ]);
    if (starting.status === 'rejected') throw starting.reason;
    const services = starting.value;
    undo.unshift(() => services.stop(0));
    if (synthesis.status === 'rejected') throw synthesis.reason;
    const { cloud, standIns, clock } = services;
    const outputs = await provision(
      readAssembly(synthesis.value),
      cloud,
      new ResourceRecords(services.database),
    );
    await services.writePolicies();
    const ephemeral = cloud.functions.list().map(({ settings }) => settings.environment.EPHEMERAL_TABLE_NAME);
    for (const table of new Set(ephemeral)) if (table) await endStaleLeases(cloud.dynamoDb, table);
    const edge = options.edge === false ? {} : edgeHeadersOf(cloud);
    const front = new HttpFront({
      api: theApi(cloud),
      restApis: cloud.restApis,
      behaviors: cloud.edgeBehaviors,
      port: options.port ?? 0,
      now: () => cloud.timers.now(),
      edgeHeaders: () => edge,
    });
    const controls = new ControlServer(cloud, standIns);
    const controlUrl = await controls.listen();
    undo.unshift(() => controls.stop());
    const url = await front.listen();
    undo.unshift(() => front.stop());
    const functions = Object.fromEntries(
      cloud.functions.list().map(({ settings }) => [settings.name, settings.environment]),
    );
    const endpoints = { dynamodb: services.dynamoDbUrl, sqs: cloud.queues.url, standIns: standIns.url };
    folder.announce({
      pid: process.pid,
      url,
      controlUrl,
      region: localRegion,
      endpoints,
      sdkPlugin: services.sdkPlugin,
      accessKeyId: operatorKey,
      outputs,
      functions,
    });
    for (const source of cloud.sources) source.start();
    const stopSchedules = startSchedules(cloud.schedules, cloud.timers);
    void warm(cloud, options.warm ?? 'api');
    let ended: Promise<void> | undefined;
    const end = (milliseconds: number): Promise<void> => {
      ended ??= (async () => {
        stopSchedules();
        await Promise.all([front.stop(), controls.stop()]);
        await services.stop(milliseconds);
        folder.release();
      })();
      return ended;
    };
    return {
      url,
      controlUrl,
      dataDir: folder.path,
      endpoints,
      functions,
      outputs,
      dynamoDbPid: services.dynamoDbPid,
      cloud,
      standIns,
      usedGrants: () => standIns.uses(),
      unusedGrants: () => unusedGrants(cloud.roles.inUse(rolesInUse(cloud)), standIns.uses()),
      followClock: () => clock.follow(),
      stop: () => end(graceMilliseconds),
      crash: () => end(0),
    };
  } catch (error) {
    for (const step of undo) await step();
    throw error;
  }
};
