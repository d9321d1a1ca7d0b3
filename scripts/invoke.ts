/**
 * `npm run invoke -- <function> [event file]`: runs one function, freshly bundled, in the environment that the engine on
 * `CLOUD_DATA_DIR` gives it: on its tables, queues and stand-ins, under its role's rights. What the function logs goes
 * to standard error, its answer to standard output.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readEngineFile } from '../local/engine/data-folder.ts';
import { functionEnvironment } from '../local/engine/runtime/function-environment.ts';
import type { FunctionSettings } from '../local/engine/runtime/function-settings.ts';
import { FunctionThread } from '../local/engine/runtime/function-thread.ts';
import { build } from './build.ts';

const root = join(import.meta.dirname, '..');
const samples = join(root, 'events');

const usage = `npm run invoke -- <function> [event file] [--key <API key>]

  <function>    a bundle: api-compute, worker-mail, stream-outbox, …
  [event file]  default: the function's first sample in events/
  --key         sent in the place of the event's X-API-Key`;

export interface InvokeOptions {
  /** Name of a bundle, for example `api-compute`. */
  name: string;
  /** What the function is given. */
  event: unknown;
  /** Data folder of the engine that runs. */
  dataDir: string;
  /** Folder with one folder per bundle. */
  bundles: string;
  /** Told what the function prints. */
  output: (chunk: Buffer) => void;
}

/** Lambda's own maximum is 900 s; no function of ours may take longer than the API's. */
const timeoutSeconds = 29;
const memoryMegabytes = 512;

/** An event of the API with headers laid over its own; any other event as it is. */
const withHeaders = (event: unknown, headers: Record<string, string | undefined>): unknown => {
  const given = (event as { headers?: Record<string, string> } | null)?.headers;
  if (!given) return event;
  const set = Object.entries(headers).filter(([, value]) => value);
  return { ...(event as object), headers: { ...given, ...Object.fromEntries(set) } };
};

/** The first sample of a function. @throws Error where there is none */
export const sampleOf = (name: string): string => {
  const files = readdirSync(samples).sort();
  // Its own before that of a function whose name goes on.
  const first =
    files.find((file) => file === `${name}.json`) ?? files.find((file) => file.startsWith(`${name}-`));
  if (!first) throw new Error(`there is no sample for ${name} in events/`);
  return join(samples, first);
};

/**
 * Invokes a function once, in a thread of its own.
 * @returns its answer
 * @throws Error where no engine runs or it has no such function; InvocationError where the function fails
 */
export const invoke = async ({ name, event, dataDir, bundles, output }: InvokeOptions): Promise<unknown> => {
  const engine = readEngineFile(dataDir);
  if (!engine) throw new Error(`No engine runs on ${dataDir}. Start one with: npm start`);
  const functionName = Object.keys(engine.functions).find((one) => one.endsWith(`-${name}`));
  if (!functionName)
    throw new Error(`The engine has no function ${name}:\n${Object.keys(engine.functions).join('\n')}`);
  const settings: FunctionSettings = {
    name: functionName,
    arn: `arn:aws:lambda:${engine.region}:000000000000:function:${functionName}`,
    roleArn: '',
    codeDirectory: join(bundles, name),
    handler: 'index.handler',
    environment: engine.functions[functionName] ?? {},
    memoryMegabytes,
    timeoutSeconds,
    reservedConcurrency: undefined,
    traced: false,
    deadLetterArn: undefined,
  };
  // The edge adds it to every request; without it the API answers nobody.
  const sent = withHeaders(event, { 'x-origin-verify': settings.environment.ORIGIN_SECRET });
  const thread = new FunctionThread(settings, {
    environment: functionEnvironment(settings, {
      region: engine.region,
      dynamoDbUrl: engine.endpoints.dynamodb,
      queuesUrl: engine.endpoints.sqs,
      sdkPlugin: engine.sdkPlugin,
      standInHost: engine.endpoints.standIns,
      allowLoopbackTargets: process.env.CLOUD_ALLOW_LOOPBACK_TARGETS === '1',
      policyFile: (one) => resolve(dataDir, 'policies', `${one}.json`),
    }),
    clock: undefined,
    thread: new URL('../local/engine/runtime/thread.ts', import.meta.url),
    output,
  });
  try {
    const context = {
      functionName,
      functionVersion: '$LATEST',
      invokedFunctionArn: settings.arn,
      memoryLimitInMB: String(memoryMegabytes),
      awsRequestId: randomUUID(),
      logGroupName: `/aws/lambda/${functionName}`,
      logStreamName: 'invoke',
    };
    return JSON.parse(await thread.invoke(JSON.stringify(sent), context, timeoutSeconds * 1_000));
  } finally {
    await thread.stop();
  }
};

const main = async (): Promise<void> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { key: { type: 'string' } },
  });
  const [name, file] = positionals;
  if (!name) {
    console.error(usage);
    process.exitCode = 2;
    return;
  }
  const event = JSON.parse(readFileSync(file ?? sampleOf(name), 'utf8'));
  const bundles = join(root, 'dist/functions');
  await build({ outdir: bundles });
  const answer = await invoke({
    name,
    event: withHeaders(event, { 'x-api-key': values.key }),
    dataDir: process.env.CLOUD_DATA_DIR ?? '.cloud',
    bundles,
    output: (chunk) => process.stderr.write(chunk),
  });
  console.log(JSON.stringify(answer, undefined, 2));
};

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
