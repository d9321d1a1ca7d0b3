import { zones } from '../aws/cloud.ts';
import { tableNames } from '../table/schema.ts';
import { queueWorkers } from './functions.ts';

/** The URL of a queue, which is its name here. */
export const urlOf = (queue: string): string => `https://sqs.us-east-1.amazonaws.com/000000000000/${queue}`;
export const queueOfUrl = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

/** What the names of tenants' queues begin with. */
export const tenantPrefix = 'the-cloud-sim-t-';

export interface EnvironmentOptions {
  quotas: Readonly<Record<string, number>>;
  landing: { vpcId: string; subnets: { subnetId: string; zone: string }[] };
}

/** What the template gives the functions, all in one: each reads what it needs. */
export const setEnvironment = ({ quotas, landing }: EnvironmentOptions): void => {
  const budget = { ratePerSecond: 20, burst: 100 };
  Object.assign(process.env, {
    LOG_LEVEL: process.env.SIMULATION_LOG_LEVEL ?? 'SILENT',
    STAGE: 'sim',
    TABLE_NAME: tableNames.record,
    EPHEMERAL_TABLE_NAME: tableNames.ephemeral,
    EVENT_BUS_NAME: 'bus',
    ...Object.fromEntries(
      Object.entries(queueWorkers).flatMap(([name, { variable }]) =>
        variable ? [[variable, urlOf(name)]] : [],
      ),
    ),
    // The simulation has no secrets: nothing is ever sent there.
    RECONCILE_SECRETS_QUEUE_URL: urlOf('reconcile-secrets'),
    TENANT_QUEUES_URL: urlOf(tenantPrefix),
    TENANT_QUEUES_ARN: `arn:aws:sqs:us-east-1:000000000000:${tenantPrefix}`,
    TENANT_PREFIX: 'the-cloud-sim',
    OBJECTS_BUCKET: 'the-cloud-sim-objects',
    FUNCTION_CODE_BUCKET: 'the-cloud-sim-code',
    FUNCTION_ROLES_ARN: 'arn:aws:iam::000000000000:role/the-cloud-sim-t-',
    FUNCTION_BOUNDARY_ARN: 'arn:aws:iam::000000000000:policy/the-cloud-sim-tenant-code',
    FUNCTION_LOG_GROUPS_ARN: 'arn:aws:logs:us-east-1:000000000000:log-group:/the-cloud-sim/functions/',
    FUNCTION_LOG_RETENTION_DAYS: '30',
    FUNCTION_LAYER_ARN: 'arn:aws:lambda:us-east-1:000000000000:layer:the-cloud-sim-function-process:1',
    ORIGIN_SECRET: '',
    TOKEN_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:token',
    SEALING_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:sealing',
    REGISTRATION: 'closed',
    DEFAULT_QUOTAS: JSON.stringify(quotas),
    RATE_LIMIT: JSON.stringify({ requestsPerSecond: 1_000, burst: 2_000 }),
    AUTH_RATE_LIMIT: JSON.stringify({ perMinute: 1_000, burst: 1_000 }),
    ALLOWED_ORIGINS: '[]',
    PUBLIC_URL: '',
    HOME_ZONE: zones[0],
    ZONES: JSON.stringify(zones),
    LANDING_VPC_ID: landing.vpcId,
    LANDING_SUBNETS: JSON.stringify(landing.subnets),
    AMI_ALLOW_LIST: '[]',
    EGRESS_ALLOWED_RANGES: '[]',
    WORKLOAD_ROLE_ARN: '',
    CALL_BUDGETS: JSON.stringify({
      Describe: budget,
      Mutate: { ratePerSecond: 5, burst: 50 },
      RunInstances: { ratePerSecond: 2, burst: 5 },
      GetMetricData: { ratePerSecond: 20, burst: 50 },
      ElbDescribe: { ratePerSecond: 10, burst: 40 },
      ElbRegister: { ratePerSecond: 4, burst: 20 },
      ElbMutate: { ratePerSecond: 3, burst: 20 },
    }),
    MAIL_FROM: '',
  });
};
