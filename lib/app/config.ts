import * as z from 'zod/mini';

/** Reads one variable. @throws Error that says what is wrong with it */
type Reader<T> = (text: string | undefined) => T;

const text: Reader<string> = (given) => {
  if (given === undefined) throw new Error('it is missing');
  return given;
};

const optionalText: Reader<string | undefined> = (given) => given;

const oneOf =
  <const T extends string>(...allowed: T[]): Reader<T> =>
  (given) => {
    const found = allowed.find((one) => one === given);
    if (found === undefined) throw new Error(`it is not one of ${allowed.join(', ')}`);
    return found;
  };

/** Text that holds JSON of the given shape, whose schema is made when it is read. */
const json =
  <T extends z.ZodMiniType>(schema: () => T): Reader<z.output<T>> =>
  (given) => {
    const parsed = z.safeParse(schema(), JSON.parse(text(given)));
    if (parsed.success) return parsed.data;
    throw new Error(parsed.error.issues.map(({ path, code }) => [...path, code].join('.')).join(', '));
  };

const positive = () => z.number().check(z.positive());
const count = () => z.int().check(z.nonnegative());

/**
 * Every environment variable that a function may be given; each function is given only those that it needs. What is plain
 * text has no schema, and the others' are made when they are read: at a cold start all of them would cost milliseconds.
 */
const variables = {
  STAGE: text,
  TABLE_NAME: text,
  EPHEMERAL_TABLE_NAME: text,
  EVENT_BUS_NAME: text,
  RECONCILE_EC2_QUEUE_URL: text,
  OBSERVE_QUEUE_URL: text,
  RECONCILE_NETWORK_QUEUE_URL: text,
  RECONCILE_STORAGE_QUEUE_URL: text,
  RECONCILE_BALANCING_QUEUE_URL: text,
  RECONCILE_AUTOSCALING_QUEUE_URL: text,
  RECONCILE_BATCH_QUEUE_URL: text,
  RECONCILE_CRON_QUEUE_URL: text,
  RECONCILE_SOURCES_QUEUE_URL: text,
  RECONCILE_SECRETS_QUEUE_URL: text,
  METRICS_QUEUE_URL: text,
  TICK_QUEUE_URL: text,
  RECONCILE_DRIFT_QUEUE_URL: text,
  /** Name of the bucket of the tenants' objects. */
  OBJECTS_BUCKET: text,
  RECONCILE_MESSAGING_QUEUE_URL: text,
  /** What the address of every tenant's queue begins with; its id follows. */
  TENANT_QUEUES_URL: text,
  TENANT_QUEUES_ARN: text,
  FAN_OUT_QUEUE_URL: text,
  DELIVER_QUEUE_URL: text,
  /** The value that only the edge knows; empty: no edge, no check. */
  ORIGIN_SECRET: text,
  TOKEN_SECRET_ARN: text,
  SEALING_SECRET_ARN: text,
  SECRETS_KEY_ARN: text,
  REGISTRATION: oneOf('open', 'invite', 'closed'),
  DEFAULT_QUOTAS: json(() => z.record(z.string(), count())),
  RATE_LIMIT: json(() => z.object({ requestsPerSecond: positive(), burst: positive() })),
  AUTH_RATE_LIMIT: json(() => z.object({ perMinute: positive(), burst: positive() })),
  ALLOWED_ORIGINS: json(() => z.array(z.string())),
  /** Where users reach the API, without a trailing slash; may be empty. */
  PUBLIC_URL: text,
  HOME_ZONE: text,
  /** The zones that things are placed in: those of the landing network. */
  ZONES: json(() => z.array(z.string()).check(z.minLength(1))),
  LANDING_VPC_ID: text,
  LANDING_SUBNETS: json(() => z.array(z.object({ subnetId: z.string(), zone: z.string() }))),
  AMI_ALLOW_LIST: json(() => z.array(z.string())),
  WORKLOAD_ROLE_ARN: text,
  CALL_BUDGETS: json(() => z.record(z.string(), z.object({ ratePerSecond: positive(), burst: positive() }))),
  MAIL_FROM: text,
  /** Blocks beside the public internet that tenants' targets may lie in. */
  EGRESS_ALLOWED_RANGES: json(() => z.array(z.string())),
  /** `1` on a laptop whose user wants targets on this machine. */
  CLOUD_ALLOW_LOOPBACK_TARGETS: optionalText,
  RECONCILE_FUNCTIONS_QUEUE_URL: text,
  INVOCATIONS_QUEUE_URL: text,
  /** Starts the name of everything that is made in AWS for a tenant, before `-t-` and an id. */
  TENANT_PREFIX: text,
  FUNCTION_CODE_BUCKET: text,
  /** What the ARNs of the roles and the log groups of tenants' code begin with; the tenant's id follows. */
  FUNCTION_ROLES_ARN: text,
  FUNCTION_LOG_GROUPS_ARN: text,
  FUNCTION_BOUNDARY_ARN: text,
  FUNCTION_LOG_RETENTION_DAYS: json(positive),
  FUNCTION_LAYER_ARN: text,
} as const;

type Variables = { [K in keyof typeof variables]: ReturnType<(typeof variables)[K]> };

/**
 * Reads the named environment variables, once per cold start.
 * @throws Error that names every variable which is missing or malformed
 */
export const config = <K extends keyof Variables>(...names: K[]): Pick<Variables, K> => {
  const values: Partial<Record<K, unknown>> = {};
  const problems: string[] = [];
  for (const name of names) {
    try {
      values[name] = variables[name](process.env[name]);
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`);
    }
  }
  if (problems.length > 0)
    throw new Error(`the function's environment is not complete: ${problems.join('; ')}`);
  return values as Pick<Variables, K>;
};
