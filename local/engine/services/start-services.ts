import { writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { failureDestinationNeeds, logNeeds, tracingNeeds } from '../../iam/service-needs.ts';
import { arn, localRegion } from '../account.ts';
import type { Cloud } from '../cloud.ts';
import type { DataFolder } from '../data-folder.ts';
import { EngineClock } from '../engine-clock.ts';
import { EventBuses } from '../events/event-buses.ts';
import { FunctionLogs } from '../function-logs.ts';
import { operatorKey } from '../operator.ts';
import type { EngineOptions } from '../options.ts';
import { countExtras } from '../role-rights.ts';
import { Roles } from '../roles.ts';
import { type ThreadCode, threadCode } from '../runtime/compiled.ts';
import { functionEnvironment } from '../runtime/function-environment.ts';
import type { FunctionSettings } from '../runtime/function-settings.ts';
import { Functions } from '../runtime/functions.ts';
import type { FunctionHost } from '../runtime/lambda-function.ts';
import { Checkpoints } from '../sources/checkpoints.ts';
import { givePlainAnswers } from '../sources/plain-answers.ts';
import { SharedStream } from '../sources/shared-stream.ts';
import { type StandIns, startStandIns } from '../stand-ins.ts';
import { type DynamoDbServer, startDynamoDb } from './dynamodb.ts';
import { Queues } from './queues.ts';
import { within } from './within.ts';

/** All that must run before a template can be provisioned. */
export interface Services {
  cloud: Cloud;
  standIns: StandIns;
  clock: EngineClock;
  database: DatabaseSync;
  /** Absolute path of the module that goes below the functions' AWS clients. */
  sdkPlugin: string;
  dynamoDbUrl: string;
  /** Process id of the DynamoDB server; undefined where it is not ours. */
  dynamoDbPid(): number | undefined;
  /** Writes for each function what its role may do, once all policies are known. */
  writePolicies(): Promise<void>;
  /** Ends everything; invocations under way get this long to finish. With none, it ends as if killed. */
  stop(graceMilliseconds: number): Promise<void>;
}

const openDatabase = (file: string): DatabaseSync => {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  return database;
};

const clientConfig = (endpoint: string) => ({
  endpoint,
  region: localRegion,
  credentials: { accessKeyId: operatorKey, secretAccessKey: 'local' },
});

/** What Lambda does in the name of every function's role. */
const runtimeNeeds = ({ name, traced, deadLetterArn }: FunctionSettings) => [
  ...logNeeds(arn('logs', `log-group:/aws/lambda/${name}`)),
  ...(traced ? tracingNeeds() : []),
  ...(deadLetterArn ? failureDestinationNeeds(deadLetterArn) : []),
];

export const startServices = async (
  folder: DataFolder,
  options: EngineOptions,
  report: (problem: string) => void,
): Promise<Services> => {
  const clock = new EngineClock(options.timers);
  const database = openDatabase(folder.file('engine.sqlite'));
  const buses = new EventBuses();
  const roles = new Roles();
  const logs = new FunctionLogs(folder.file('logs'));
  const policyFile = (name: string) => folder.file('policies', `${name}.json`);
  const sources: Cloud['sources'] = [];
  const streams: Cloud['streams'] = new Map();
  const [code, dynamoDb, queues, standIns]: [ThreadCode, DynamoDbServer, Queues, StandIns] =
    await Promise.all([
      threadCode(),
      startDynamoDb(folder.path, report),
      Queues.start(folder.path, clock.timers),
      (options.standIns ?? startStandIns)({
        database,
        timers: clock.timers,
        limits: options.limits ?? 'roomy',
        roles,
        deliver: (bus, event) => buses.deliver(bus, event),
        functions: () => functions.list().map(({ settings }) => settings),
        printMail: (letter) => options.quiet || process.stdout.write(`${letter}\n`),
        report,
      }),
    ]);
  const host: FunctionHost = {
    clock: clock.shared,
    thread: code.thread,
    environment: (settings) =>
      functionEnvironment(settings, {
        region: localRegion,
        dynamoDbUrl: dynamoDb.url,
        queuesUrl: queues.url,
        sdkPlugin: code.sdkPlugin,
        standInHost: standIns.url,
        allowLoopbackTargets:
          options.allowLoopbackTargets ?? process.env.CLOUD_ALLOW_LOOPBACK_TARGETS === '1',
        policyFile,
      }),
    log: (name) => logs.file(name),
    starting: () => clock.follow(),
    failed: (name, error) => {
      logs.write(name, `${error.type}: ${error.message}\n${error.trace.join('\n')}\n`);
      report(`${name}: ${error.type}: ${error.message} (see ${logs.file(name)})`);
    },
    ended: () => {
      for (const stream of streams.values()) stream.poke();
    },
  };
  const functions = new Functions(host);
  let stopping = false;
  const dynamoDbClient = new DynamoDBClient(clientConfig(dynamoDb.url));
  const streamsClient = new DynamoDBStreamsClient(clientConfig(dynamoDb.url));
  // It prepares every answer for a log that nobody keeps: a third of the cost of a read.
  for (const client of [dynamoDbClient, streamsClient]) client.middlewareStack.remove('loggerMiddleware');
  givePlainAnswers(streamsClient);
  const cloud: Cloud = {
    timers: clock.timers,
    dynamoDb: dynamoDbClient,
    streams,
    addStream: (stream) => streams.set(stream.streamArn, new SharedStream(stream, streamsClient, report)),
    queues,
    functions,
    roles,
    buses,
    schedules: [],
    senderRoles: new Set(),
    sources,
    checkpoints: new Checkpoints(database),
    apis: new Map(),
    restApis: new Map(),
    edgeBehaviors: [],
    edgeHeaders: new Map(),
    secrets: new Map(),
    parameters: new Map(),
    kms: standIns.kms,
    call: (client, command, input) => standIns.call(client, command, input) as Promise<never>,
    stopping: () => stopping,
    noteUses: (uses) => standIns.note(uses),
    report,
  };
  return {
    cloud,
    standIns,
    clock,
    database,
    sdkPlugin: code.sdkPlugin,
    dynamoDbUrl: dynamoDb.url,
    dynamoDbPid: () => dynamoDb.pid(),
    writePolicies: async () => {
      for (const { settings } of functions.list()) {
        const policies = roles.policyFile(settings.roleArn, settings.name);
        writeFileSync(policyFile(settings.name), JSON.stringify(policies));
        await countExtras(policies, runtimeNeeds(settings), (use) => standIns.note([use]));
      }
    },
    stop: async (graceMilliseconds) => {
      stopping = true;
      const stopped = Promise.all(sources.map((source) => source.stop()));
      if (graceMilliseconds > 0) await within(graceMilliseconds, stopped);
      await functions.stop();
      dynamoDbClient.destroy();
      streamsClient.destroy();
      await Promise.all([
        standIns.stop(),
        queues.stop(),
        dynamoDb.stop(graceMilliseconds > 0 ? 'SIGTERM' : 'SIGKILL'),
      ]);
      database.close();
    },
  };
};
