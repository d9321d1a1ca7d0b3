import type { Node } from 'constructs';
import * as z from 'zod/mini';
import { isRange } from '../lib/platform/egress/policy.ts';

const atLeastOne = z.int().check(z.gte(1));
const positive = z.number().check(z.positive());

/** The values that Amazon CloudWatch Logs accepts, in days. */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** Amazon CloudFront reads certificates in this region only. */
const edgeCertificateArn = /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[0-9a-f-]+$/;
const edgeWebAclArn = /^arn:aws[a-z-]*:wafv2:us-east-1:\d{12}:global\/webacl\/.+$/;
const amiId = /^ami-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;

/** What a tenant may have when an administrator has set nothing else: small, as the operator pays for it. */
const defaultQuotas = {
  instances: 20,
  vcpus: 40,
  vpcs: 5,
  subnets: 50,
  security_groups: 50,
  volumes: 50,
  /** GiB of all volumes. */
  volume_gib: 1_000,
  snapshots: 100,
  snapshot_schedules: 50,
  load_balancers: 5,
  scaling_groups: 10,
  /** That have not ended. */
  batch_jobs: 10,
  gateway_routes: 50,
  objects: 100_000,
  /** Bytes of all versions of all objects, and of uploads under way: 10 GiB. */
  object_bytes: 10_737_418_240,
  queues: 50,
  topics: 50,
  subscriptions: 500,
  /** Deleted ones count until they are purged. */
  secrets: 200,
  functions: 50,
  event_sources: 50,
  cron_jobs: 50,
} as const;

/** Every context value of the app. Each has a default here and a row in `docs/deploy.md`. */
const settings = {
  // With the id of a tenant's function or role it makes a name of 64 characters, which is Lambda's and IAM's bound.
  stage: z._default(
    z
      .string()
      .check(z.regex(/^[a-z][a-z0-9-]{0,14}$/, 'lower-case letters, digits and -, 15 characters at most')),
    'dev',
  ),
  customDomain: z.optional(
    z.strictObject({
      name: z.string().check(z.regex(/^[a-z0-9.-]+$/, 'a host name')),
      certificateArn: z.string().check(z.regex(edgeCertificateArn, 'the ARN of a certificate in us-east-1')),
      hostedZoneId: z.string().check(z.minLength(1)),
    }),
  ),
  waf: z._default(z.union([z.boolean(), z.string().check(z.regex(edgeWebAclArn))]), false),
  alarmEmail: z.optional(z.email()),
  allowedOrigins: z._default(z.array(z.string().check(z.minLength(1))).check(z.minLength(1)), ['*']),
  registration: z._default(z.enum(['open', 'invite', 'closed']), 'closed'),
  quotas: z._default(
    z.strictObject(
      Object.fromEntries(
        Object.entries(defaultQuotas).map(([name, limit]) => [
          name,
          z._default(z.int().check(z.nonnegative()), limit),
        ]),
      ),
    ),
    defaultQuotas,
  ),
  rateLimit: z._default(z.strictObject({ requestsPerSecond: positive, burst: positive }), {
    requestsPerSecond: 100,
    burst: 200,
  }),
  authRateLimit: z._default(z.strictObject({ perMinute: positive, burst: positive }), {
    perMinute: 5,
    burst: 5,
  }),
  apiThrottle: z._default(z.strictObject({ requestsPerSecond: positive, burst: atLeastOne }), {
    requestsPerSecond: 2000,
    burst: 4000,
  }),
  amiAllowList: z._default(z.array(z.string().check(z.regex(amiId, 'an AMI id'))), []),
  workloadRoleArn: z.optional(
    z.string().check(z.regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'the ARN of an IAM role')),
  ),
  reservedConcurrency: z._default(z.record(z.string(), atLeastOne), {}),
  logRetentionDays: z._default(
    z
      .int()
      .check(z.refine((days) => retentionDays.includes(days as never), `one of ${retentionDays.join(', ')}`)),
    30,
  ),
  logLevel: z._default(z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']), 'INFO'),
  tracing: z._default(z.boolean(), true),
  callBudgets: z._default(
    z.record(z.string(), z.strictObject({ ratePerSecond: positive, burst: positive })),
    {
      RunInstances: { ratePerSecond: 2, burst: 5 },
      StartInstances: { ratePerSecond: 2, burst: 5 },
      // The instances of one call beyond its first: EC2 counts them in buckets of their own.
      LaunchedInstances: { ratePerSecond: 2, burst: 1_000 },
      StartedInstances: { ratePerSecond: 2, burst: 1_000 },
      StoppedInstances: { ratePerSecond: 20, burst: 1_000 },
      TerminatedInstances: { ratePerSecond: 20, burst: 1_000 },
      Describe: { ratePerSecond: 20, burst: 100 },
      Mutate: { ratePerSecond: 5, burst: 50 },
      GetMetricData: { ratePerSecond: 20, burst: 50 },
      ElbDescribe: { ratePerSecond: 10, burst: 40 },
      ElbRegister: { ratePerSecond: 4, burst: 20 },
      ElbMutate: { ratePerSecond: 3, burst: 20 },
    },
  ),
  egressAllowedRanges: z._default(
    z.array(z.string().check(z.refine(isRange, 'an IPv4 or IPv6 block, for example 10.20.0.0/16'))),
    [],
  ),
  mailFrom: z._default(z.union([z.literal(''), z.email()]), ''),
  deletionProtection: z._default(z.boolean(), true),
  restoredTable: z.optional(
    z.strictObject({ name: z.string(), streamArn: z.string().check(z.startsWith('arn:')) }),
  ),
  deploymentProof: z._default(z.boolean(), false),
};

const Context = z.strictObject(settings);
export type Context = z.output<typeof Context>;

/** Names of all context values. */
export const contextKeys = Object.keys(settings) as readonly (keyof Context)[];

/** Context that belongs to the CDK itself: feature flags and cached look-ups hold a colon or start with `@`. */
const isOfCdk = (key: string): boolean => key.startsWith('@') || key.includes(':') || key.startsWith('cdk-');

/** `-c key=value` gives text; what reads as a JSON object, array, number or boolean is taken as that. */
const fromCommandLine = (value: unknown): unknown => {
  if (typeof value !== 'string' || !/^(?:[[{]|true$|false$|-?\d+(?:\.\d+)?$)/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
};

/**
 * Checks context values and fills in the defaults.
 * @throws Error that names every unknown key and every bad value
 */
export const parseContext = (given: Record<string, unknown>): Context => {
  const own = Object.entries(given).filter(([key]) => !isOfCdk(key));
  const values = Object.fromEntries(own.map(([key, value]) => [key, fromCommandLine(value)]));
  const result = z.safeParse(Context, values, { error: z.locales.en().localeError });
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map(
          (key) => `${[...issue.path, key].join('.')}: unknown; known are ${contextKeys.join(', ')}`,
        )
      : [`${issue.path.join('.')}: ${issue.message}`],
  );
  throw new Error(`The context is not valid.\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
};

/** The context of an app: `cdk.json`, `cdk.context.json` and `-c`, over which `createApp` may lay its own. */
export const contextOf = (node: Node): Context => parseContext(node.getAllContext());
