import { setTimeout as pause } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import { awsClient } from '../platform/aws/client.ts';
import { systemClock } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { lazily } from '../platform/lazily.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { createStore } from '../platform/store/create-store.ts';
import { sqsBatch } from '../platform/work/sqs-batch.ts';
import { createAudit } from '../services/instances/audit.ts';
import { createEc2Fleet } from '../services/instances/backend.ec2.ts';
import { ObservedEvent } from '../services/instances/observed-event.ts';
import { createObserver } from '../services/instances/observer.ts';
import { instanceKind } from '../services/instances/record.ts';
import { createSuspension } from '../services/instances/suspension.ts';
import { loadBalancerKind } from '../services/load-balancers/service.ts';
import { volumeKind } from '../services/volumes/service.ts';
import { config } from './config.ts';
import { callBudget, ec2Client, workloadClient } from './ec2.ts';
import { instanceUsers } from './instance-users.ts';
import { sqsReconcileQueue } from './sqs-reconcile-queue.ts';
import { sqsSweepLater } from './sqs-sweep-later.ts';
import { appTables } from './tables.ts';

/** What happened outside: EC2's state changes, tenants whose instances must be stopped, and what no event told of. */
export const observeHandler = () => {
  const clock = systemClock;
  const tables = appTables({ clock });
  const environment = config(
    'RECONCILE_EC2_QUEUE_URL',
    'RECONCILE_STORAGE_QUEUE_URL',
    'RECONCILE_BALANCING_QUEUE_URL',
    'OBSERVE_QUEUE_URL',
  );
  const sqs = awsClient(SQSClient, 'SQS');
  const queue = sqsReconcileQueue(sqs, environment.RECONCILE_EC2_QUEUE_URL);
  const instances = createStore(instanceKind, { tables, clock });
  const observe = createObserver({
    tables,
    queues: {
      [instanceKind.kind]: queue,
      [volumeKind.kind]: sqsReconcileQueue(sqs, environment.RECONCILE_STORAGE_QUEUE_URL),
      [loadBalancerKind.kind]: sqsReconcileQueue(sqs, environment.RECONCILE_BALANCING_QUEUE_URL),
    },
    usersOf: instanceUsers({ instances, balancers: createStore(loadBalancerKind, { tables, clock }) }),
    sleep: (milliseconds, signal) => pause(milliseconds, undefined, { signal }),
  });
  const suspend = createSuspension({
    store: instances,
    clock,
    newId,
    sweepLater: sqsSweepLater(sqs, environment.OBSERVE_QUEUE_URL),
  });

  const audit = lazily(() =>
    createAudit({
      fleet: createEc2Fleet({
        ec2: ec2Client(workloadClient()),
        budget: callBudget('control', { tables, clock }),
        stage: config('STAGE').STAGE,
      }),
      tables,
      queue,
    }),
  );

  const take = async (event: ObservedEvent, signal: AbortSignal): Promise<object> => {
    switch (event.kind) {
      case 'machine':
        return { ...event, observation: await observe(event, signal) };
      case 'tenant':
        return { ...event, ...(await suspend(event, signal)) };
      case 'audit':
        return { ...event, ...(await audit()(event, signal)) };
    }
  };

  return sqsBatch({
    schema: ObservedEvent,
    log: createLogger('worker-observe'),
    handle: (events, { signal }) =>
      Promise.all(
        events.map(async (event) => {
          try {
            return { fields: await take(event, signal) };
          } catch (error) {
            return { error };
          }
        }),
      ),
  });
};
