import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { STSClient } from '@aws-sdk/client-sts';
import type { Context } from 'aws-lambda';
import { awsClient } from '../platform/aws/client.ts';
import { systemClock } from '../platform/clock.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { stageMetrics } from '../platform/logging/stage-metrics.ts';
import { batchTime } from '../platform/work/sqs-batch.ts';
import { createAwsCapacity } from '../services/capacity/backend.service-quotas.ts';
import { createCapacityMeter } from '../services/capacity/meter.ts';
import { config } from './config.ts';
import { callBudget, ec2Client, workloadClient } from './ec2.ts';
import { appTables } from './tables.ts';
import { onlyAccount } from './workload-account.ts';

/** What the workload account has left of its AWS limits, measured by a schedule. */
export const capacityHandler = () => {
  const { STAGE } = config('STAGE');
  const clock = systemClock;
  const tables = appTables({ clock });
  const log = createLogger('worker-capacity');
  const settings = workloadClient();
  const measure = createCapacityMeter({
    source: createAwsCapacity({
      ec2: ec2Client(settings),
      balancing: awsClient(ElasticLoadBalancingV2Client, 'ELASTIC_LOAD_BALANCING_V2', settings),
      quotas: awsClient(ServiceQuotasClient, 'SERVICE_QUOTAS', settings),
      sts: awsClient(STSClient, 'STS', settings),
      budget: callBudget('telemetry', { tables, clock }),
    }),
    tables,
    clock,
    name: onlyAccount,
  });
  return async (_event: unknown, context: Context): Promise<{ highestPercent: number }> => {
    const { account, gauges, highestPercent } = await measure(batchTime(context).signal);
    log.info('capacity measured', {
      account,
      ...Object.fromEntries(gauges.map(({ resource, used, limit }) => [resource, `${used}/${limit}`])),
      ...stageMetrics(STAGE, clock.now(), { AccountCapacityUsedPercent: highestPercent }, 'Percent'),
    });
    return { highestPercent };
  };
};
