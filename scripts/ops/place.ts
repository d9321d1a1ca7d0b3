import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { namesOf } from '../../infra/names.ts';
import { readEngineFile } from '../../local/engine/data-folder.ts';
import { openTarget, type Target } from '../admin/target.ts';
import { awsInvoke, engineInvoke, type Invoke } from './invoke.ts';

/** Where the operator's commands act: a deployed stage, or the engine on this machine. */
export interface Place extends Target {
  /** `the-cloud-<stage>`: what every physical name begins with. */
  prefix: string;
  /** On this machine: the engine's data folder. */
  dataDir?: string;
  sqs: SQSClient;
  s3: S3Client;
  /** Knows the event sources of functions; on this machine there is none to ask. */
  lambda?: LambdaClient;
  /** Runs a function and gives its answer. @throws Error with what it failed for */
  invoke: Invoke;
}

const deployed = (stage: string, target: Target): Place => {
  const lambda = new LambdaClient({});
  const [sqs, s3] = [new SQSClient({}), new S3Client({})];
  return {
    ...target,
    prefix: namesOf({ stage, restoredTable: undefined }).prefix,
    sqs,
    s3,
    lambda,
    invoke: awsInvoke(lambda),
    close: () => {
      for (const client of [lambda, sqs, s3]) client.destroy();
      target.close();
    },
  };
};

const onThisMachine = (dataDir: string, target: Target): Place => {
  const engine = readEngineFile(dataDir);
  const outbox = Object.keys(engine?.functions ?? {}).find((name) => name.endsWith('-stream-outbox'));
  if (!engine || !outbox) throw new Error(`nothing runs on ${dataDir}`);
  const settings = {
    endpoint: engine.endpoints.sqs,
    region: engine.region,
    credentials: { accessKeyId: engine.accessKeyId, secretAccessKey: 'local' },
  };
  const sqs = new SQSClient(settings);
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  return {
    ...target,
    prefix: outbox.slice(0, -'-stream-outbox'.length),
    dataDir,
    sqs,
    s3,
    invoke: engineInvoke(engine.controlUrl),
    close: () => {
      sqs.destroy();
      s3.destroy();
      target.close();
    },
  };
};

/** @throws Error where no stage is named and no engine runs */
export const openPlace = (stage: string | undefined): Place => {
  const target = openTarget(stage);
  return stage ? deployed(stage, target) : onThisMachine(process.env.CLOUD_DATA_DIR ?? '.cloud', target);
};
