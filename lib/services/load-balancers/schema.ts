import * as z from 'zod/mini';
import { inAnyCase } from '../../platform/http/any-case.ts';
import { IdParam } from '../../platform/http/params.ts';
import { ResourceName } from '../../platform/resource-name.ts';

/** Contract section 4; `DRAINING` and `DELETED` are states of the contract that are never shown. */
export const loadBalancerStatuses = ['CREATING', 'ACTIVE', 'DRAINING', 'DELETED', 'ERROR'] as const;
export const LoadBalancerStatus = z.enum(loadBalancerStatuses);
export type LoadBalancerStatus = z.infer<typeof LoadBalancerStatus>;

export const Algorithm = z.enum(['round-robin', 'least-conn']);
export type Algorithm = z.infer<typeof Algorithm>;

/** As the contract shows it: `unknown` until the first checks are through, and while there is nothing to check. */
export const TargetHealth = z.enum(['unknown', 'healthy', 'unhealthy']);
export type TargetHealth = z.infer<typeof TargetHealth>;

/** Each distinct weight is a target group, and a listener forwards to five:
 *  https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
export const maxDistinctWeights = 5;
/** Targets are kept in the balancer's own record. */
export const maxTargets = 100;

/**
 * How targets are checked, within the bounds of ELBv2:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
 */
export const HealthCheck = z.object({
  path: z.string(),
  interval_seconds: z.int(),
  timeout_seconds: z.int(),
  /** Checks in a row that turn a target healthy. */
  healthy_threshold: z.int(),
  unhealthy_threshold: z.int(),
});
export type HealthCheck = z.infer<typeof HealthCheck>;

/** The rhythm of contract section 5, and as few checks as ELBv2 allows: a dead target is out within ten seconds. */
export const defaultHealthCheck: HealthCheck = {
  path: '/',
  interval_seconds: 5,
  timeout_seconds: 2,
  healthy_threshold: 2,
  unhealthy_threshold: 2,
};

/** A load balancer of one tenant, as the contract shows it. */
export const LoadBalancer = z.object({
  id: z.string(),
  user_id: z.string(),
  idempotency_key: z.optional(z.string()),
  name: z.string(),
  vpc_id: z.string(),
  port: z.int(),
  algorithm: Algorithm,
  status: LoadBalancerStatus,
  /** The status under way to; absent where `status` is what is wanted. */
  desired_status: z.optional(LoadBalancerStatus),
  /** Why it is in `ERROR`, or what it waits for. */
  status_reason: z.optional(z.string()),
  /** Whether it is reached from inside of its VPC alone. */
  internal: z.boolean(),
  /** Present where it speaks HTTPS. */
  certificate_arn: z.optional(z.string()),
  health_check: HealthCheck,
  /** How long requests under way may go on when a target is taken out, in seconds. */
  draining_seconds: z.int(),
  /** Where it is reached, once it is: a host name, on a laptop `127.0.0.1:<port>`. */
  dns_name: z.optional(z.string()),
  /** The balancer behind it, once there is one: its ARN. */
  provider_id: z.optional(z.string()),
  version: z.int(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type LoadBalancer = z.infer<typeof LoadBalancer>;

export const Target = z.object({
  id: z.string(),
  lb_id: z.string(),
  instance_id: z.string(),
  port: z.int(),
  weight: z.int(),
  health: TargetHealth,
});
export type Target = z.infer<typeof Target>;

const integer = (minimum: number, maximum: number) => z.int().check(z.gte(minimum), z.lte(maximum));

/** 0 counts as missing (contract 1.1). */
const Port = integer(1, 65_535);

/** 1 to 100; 0 and absent are 1. */
const Weight = z._default(
  z.pipe(
    z.nullish(integer(0, 100)),
    z.transform((weight) => weight || 1),
  ),
  1,
);

/** The path and query of a health check: visible ASCII, as ELBv2 allows it. */
const CheckPath = z
  .string()
  .check(
    z.maxLength(1_024),
    z.regex(/^\/[\x21-\x7e]*$/, 'must be an absolute path of visible ASCII characters'),
  );

const HealthCheckInput = z.strictObject({
  path: z.optional(CheckPath),
  interval_seconds: z.optional(integer(5, 300)),
  timeout_seconds: z.optional(integer(2, 120)),
  healthy_threshold: z.optional(integer(2, 10)),
  unhealthy_threshold: z.optional(integer(2, 10)),
});
export type HealthCheckInput = z.infer<typeof HealthCheckInput>;

/** https://docs.aws.amazon.com/acm/latest/userguide/acm-overview.html */
const CertificateArn = z
  .string()
  .check(
    z.maxLength(256),
    z.regex(
      /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[A-Za-z0-9-]+$/,
      'must be the ARN of an ACM certificate',
    ),
  );

/** ELBv2's bounds: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html */
const DrainingSeconds = integer(0, 3_600);
export const defaultDrainingSeconds = 30;

const orUnset = <T extends z.ZodMiniType>(schema: T) =>
  z.nullish(
    z.pipe(
      z.transform((value) => (value === '' ? undefined : value)),
      z.optional(schema),
    ),
  );

export const CreateLoadBalancer = z.object({
  name: ResourceName,
  vpc_id: IdParam,
  port: Port,
  /** `""` and null: the default, as the contract's clients send it. */
  algorithm: orUnset(Algorithm),
  internal: z._default(z.boolean(), false),
  certificate_arn: orUnset(CertificateArn),
  health_check: z.optional(HealthCheckInput),
  draining_seconds: z._default(DrainingSeconds, defaultDrainingSeconds),
});
export type CreateLoadBalancer = z.infer<typeof CreateLoadBalancer>;

const hasChange = (update: Record<string, unknown>): boolean =>
  Object.values(update).some((value) => value !== undefined);

/** What may change on a balancer that is there; anything else is refused by name. */
export const UpdateLoadBalancer = z
  .strictObject({
    name: z.optional(ResourceName),
    algorithm: z.optional(Algorithm),
    /** What is given changes, the rest stays. */
    health_check: z.optional(HealthCheckInput),
    /** null: back to HTTP. */
    certificate_arn: z.optional(z.nullable(CertificateArn)),
    draining_seconds: z.optional(DrainingSeconds),
  })
  .check(
    z.refine(hasChange, 'name, algorithm, health_check, certificate_arn or draining_seconds must be given'),
  );
export type UpdateLoadBalancer = z.infer<typeof UpdateLoadBalancer>;

export const AddTarget = z.object({ instance_id: IdParam, port: Port, weight: Weight });
export type AddTarget = z.infer<typeof AddTarget>;

export const UpdateTarget = z.strictObject({ weight: integer(1, 100) });
export type UpdateTarget = z.infer<typeof UpdateTarget>;

export const LoadBalancerFilters = z.object({
  /** In any case. */
  state: z.optional(inAnyCase(LoadBalancerStatus)),
});
export type LoadBalancerFilters = z.infer<typeof LoadBalancerFilters>;

export const TargetParams = z.object({ id: IdParam, instanceId: IdParam });

export const Message = z.object({ message: z.string() });
