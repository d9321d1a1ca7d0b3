import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SQSClient } from '@aws-sdk/client-sqs';
import { awsClient } from '../platform/aws/client.ts';
import { systemClock } from '../platform/clock.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { sqsBatch } from '../platform/work/sqs-batch.ts';
import { createCloudWatchMetrics } from '../services/metrics/backend.cloudwatch.ts';
import { createEc2Monitoring } from '../services/metrics/backend.ec2.ts';
import { createCollector } from '../services/metrics/collector.ts';
import { createLister } from '../services/metrics/lister.ts';
import { createRelaxer } from '../services/metrics/relaxer.ts';
import { MetricsTask } from '../services/metrics/tasks.ts';
import { createMetricsWorker } from '../services/metrics/worker.ts';
import { config } from './config.ts';
import { callBudget, ec2Client, workloadClient } from './ec2.ts';
import { sqsMetricsQueue } from './sqs-metrics-queue.ts';
import { sqsReconcileQueue } from './sqs-reconcile-queue.ts';
import { appTables } from './tables.ts';

/** Collects what CloudWatch measured of scaling groups with policies, each minute. */
export const metricsHandler = () => {
  const clock = systemClock;
  const tables = appTables({ clock });
  const log = createLogger('worker-metrics');
  const environment = config('STAGE', 'METRICS_QUEUE_URL', 'RECONCILE_AUTOSCALING_QUEUE_URL');
  const sqs = awsClient(SQSClient, 'SQS');
  const queue = sqsMetricsQueue(sqs, environment.METRICS_QUEUE_URL);
  const settings = workloadClient();
  const budget = callBudget('control', { tables, clock });
  const monitoring = createEc2Monitoring({ ec2: ec2Client(settings), budget, stage: environment.STAGE });
  const work = createMetricsWorker({
    list: createLister({ tables, queue, clock }),
    collect: createCollector({
      tables,
      source: createCloudWatchMetrics({
        cloudWatch: awsClient(CloudWatchClient, 'CLOUDWATCH', settings),
        budget,
      }),
      monitoring,
      looks: sqsReconcileQueue(sqs, environment.RECONCILE_AUTOSCALING_QUEUE_URL),
      clock,
      log,
    }),
    relax: createRelaxer({ tables, monitoring, queue }),
  });
  return sqsBatch({
    schema: MetricsTask,
    log,
    handle: (tasks, { signal }) => work(tasks, signal),
  });
};
