import { setTimeout as pause } from 'node:timers/promises';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { awsClient } from '../platform/aws/client.ts';
import { patientBudget } from '../platform/aws/patient-budget.ts';
import { systemClock } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { ReconcileMessageSchema } from '../platform/lifecycle/message.ts';
import { createReconciler } from '../platform/lifecycle/reconciler.ts';
import type { ReconcileMessage } from '../platform/lifecycle/types.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { createStore } from '../platform/store/create-store.ts';
import { type BatchTime, sqsBatch } from '../platform/work/sqs-batch.ts';
import { createAwsListing } from '../services/drift/backend.aws.ts';
import { createComparison } from '../services/drift/comparison.ts';
import { createDriftController } from '../services/drift/controller.ts';
import { createLooks } from '../services/drift/looks.ts';
import { DriftDue } from '../services/drift/message.ts';
import { createFindings, Drift, driftKind } from '../services/drift/service.ts';
import { config } from './config.ts';
import { callBudget, ec2Client, workloadClient } from './ec2.ts';
import { sqsReconcileQueue } from './sqs-reconcile-queue.ts';
import { appTables } from './tables.ts';

const DriftMessage = z.union([ReconcileMessageSchema, DriftDue]);

const isDue = (message: ReconcileMessage | DriftDue): message is DriftDue => 'source' in message;

/** The queues of everything that a finding has looked at. */
const lookQueues = () => {
  const urls = config(
    'RECONCILE_EC2_QUEUE_URL',
    'RECONCILE_NETWORK_QUEUE_URL',
    'RECONCILE_STORAGE_QUEUE_URL',
    'RECONCILE_BALANCING_QUEUE_URL',
  );
  const sqs = awsClient(SQSClient, 'SQS');
  const [ec2, network, storage, balancing] = [
    sqsReconcileQueue(sqs, urls.RECONCILE_EC2_QUEUE_URL),
    sqsReconcileQueue(sqs, urls.RECONCILE_NETWORK_QUEUE_URL),
    sqsReconcileQueue(sqs, urls.RECONCILE_STORAGE_QUEUE_URL),
    sqsReconcileQueue(sqs, urls.RECONCILE_BALANCING_QUEUE_URL),
  ];
  return {
    INSTANCE: ec2,
    VPC: network,
    SUBNET: network,
    SECURITY_GROUP: network,
    VOLUME: storage,
    SNAPSHOT: storage,
    LOAD_BALANCER: balancing,
  };
};

/** Compares the table with the cloud: begins a run where the schedule says so, and carries runs out. */
export const reconcileDriftHandler = () => {
  const { STAGE } = config('STAGE');
  const clock = systemClock;
  const tables = appTables({ clock });
  const log = createLogger('worker-reconcile-drift');
  const settings = workloadClient();
  const sleep = (milliseconds: number, signal: AbortSignal) => pause(milliseconds, undefined, { signal });
  const listing = createAwsListing({
    ec2: ec2Client(settings),
    balancing: awsClient(ElasticLoadBalancingV2Client, 'ELASTIC_LOAD_BALANCING_V2', settings),
    budget: patientBudget(callBudget('telemetry', { tables, clock }), sleep),
    stage: STAGE,
  });
  const store = createStore(driftKind, { tables, clock });
  const findings = createFindings({ tables });
  const drift = new Drift({ store, tables, findings, clock, newId });
  const controller = createDriftController({
    compare: createComparison({ listing, tables }),
    findings,
    look: createLooks(lookQueues()),
  });
  const reconciler = createReconciler({ kinds: [{ controller, store }], tables, clock, log });

  const take = async (message: ReconcileMessage | DriftDue, time: BatchTime) => {
    try {
      if (isDue(message)) return { fields: { ...(await drift.beginScheduled(time.signal)) } };
      const [result] = await reconciler.handle([message], time);
      if (!result || 'error' in result) return { error: result?.error };
      return { fields: { ...message, ending: result.ending } };
    } catch (error) {
      return { error };
    }
  };

  return sqsBatch({
    schema: DriftMessage,
    log,
    handle: (messages, time) => Promise.all(messages.map((message) => take(message, time))),
  });
};
