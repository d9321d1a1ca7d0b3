import * as z from 'zod/mini';

/** Text that holds JSON of the given shape. */
const json = <T extends z.ZodMiniType>(schema: T) =>
  z.pipe(
    z.pipe(
      z.string(),
      z.transform((text, context) => {
        try {
          return JSON.parse(text) as unknown;
        } catch (error) {
          context.issues.push({
            code: 'custom',
            message: `not JSON: ${(error as Error).message}`,
            input: text,
          });
          return z.NEVER;
        }
      }),
    ),
    schema,
  );

const positive = () => z.number().check(z.positive());
const count = () => z.int().check(z.nonnegative());

/**
 * Every environment variable that a function may be given; each function is given only those that it needs, and only their
 * schemas are made: at a cold start all of them would cost milliseconds.
 */
const variables = {
  STAGE: () => z.string(),
  TABLE_NAME: () => z.string(),
  EPHEMERAL_TABLE_NAME: () => z.string(),
  EVENT_BUS_NAME: () => z.string(),
  RECONCILE_EC2_QUEUE_URL: () => z.string(),
  OBSERVE_QUEUE_URL: () => z.string(),
  RECONCILE_NETWORK_QUEUE_URL: () => z.string(),
  RECONCILE_STORAGE_QUEUE_URL: () => z.string(),
  RECONCILE_BALANCING_QUEUE_URL: () => z.string(),
  RECONCILE_AUTOSCALING_QUEUE_URL: () => z.string(),
  RECONCILE_BATCH_QUEUE_URL: () => z.string(),
  RECONCILE_SOURCES_QUEUE_URL: () => z.string(),
  RECONCILE_CRON_QUEUE_URL: () => z.string(),
  METRICS_QUEUE_URL: () => z.string(),
  TICK_QUEUE_URL: () => z.string(),
  RECONCILE_DRIFT_QUEUE_URL: () => z.string(),
  /** Name of the bucket of the tenants' objects. */
  OBJECTS_BUCKET: () => z.string(),
  RECONCILE_MESSAGING_QUEUE_URL: () => z.string(),
  /** What the address of every tenant's queue begins with; its id follows. */
  TENANT_QUEUES_URL: () => z.string(),
  TENANT_QUEUES_ARN: () => z.string(),
  FAN_OUT_QUEUE_URL: () => z.string(),
  DELIVER_QUEUE_URL: () => z.string(),
  /** The value that only the edge knows; empty: no edge, no check. */
  ORIGIN_SECRET: () => z.string(),
  TOKEN_SECRET_ARN: () => z.string(),
  SEALING_SECRET_ARN: () => z.string(),
  SECRETS_KEY_ARN: () => z.string(),
  REGISTRATION: () => z.enum(['open', 'invite', 'closed']),
  DEFAULT_QUOTAS: () => json(z.record(z.string(), count())),
  RATE_LIMIT: () => json(z.object({ requestsPerSecond: positive(), burst: positive() })),
  AUTH_RATE_LIMIT: () => json(z.object({ perMinute: positive(), burst: positive() })),
  ALLOWED_ORIGINS: () => json(z.array(z.string())),
  /** Where users reach the API, without a trailing slash; may be empty. */
  PUBLIC_URL: () => z.string(),
  HOME_ZONE: () => z.string(),
  /** The zones that things are placed in: those of the landing network. */
  ZONES: () => json(z.array(z.string()).check(z.minLength(1))),
  LANDING_VPC_ID: () => z.string(),
  LANDING_SUBNETS: () => json(z.array(z.object({ subnetId: z.string(), zone: z.string() }))),
  AMI_ALLOW_LIST: () => json(z.array(z.string())),
  WORKLOAD_ROLE_ARN: () => z.string(),
  CALL_BUDGETS: () => json(z.record(z.string(), z.object({ ratePerSecond: positive(), burst: positive() }))),
  MAIL_FROM: () => z.string(),
  /** Blocks beside the public internet that tenants' targets may lie in. */
  EGRESS_ALLOWED_RANGES: () => json(z.array(z.string())),
  /** `1` on a laptop whose user wants targets on this machine. */
  CLOUD_ALLOW_LOOPBACK_TARGETS: () => z.optional(z.string()),
  RECONCILE_FUNCTIONS_QUEUE_URL: () => z.string(),
  INVOCATIONS_QUEUE_URL: () => z.string(),
  /** Starts the name of everything that is made in AWS for a tenant, before `-t-` and an id. */
  TENANT_PREFIX: () => z.string(),
  FUNCTION_CODE_BUCKET: () => z.string(),
  FUNCTION_ROLE_ARN: () => z.string(),
  FUNCTION_LOG_GROUP: () => z.string(),
  FUNCTION_LAYER_ARN: () => z.string(),
} as const;

type Variables = { [K in keyof typeof variables]: z.output<ReturnType<(typeof variables)[K]>> };

/**
 * Reads the named environment variables, once per cold start.
 * @throws Error that names every variable which is missing or malformed
 */
export const config = <K extends keyof Variables>(...names: K[]): Pick<Variables, K> => {
  const wanted = z.object(Object.fromEntries(names.map((name) => [name, variables[name]()])));
  const result = z.safeParse(wanted, process.env);
  if (result.success) return result.data as Pick<Variables, K>;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`the function's environment is not complete: ${problems.join('; ')}`);
};
