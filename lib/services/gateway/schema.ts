import * as z from 'zod/mini';
import { ResourceName } from '../../platform/resource-name.ts';

/** Methods that a route may be narrowed to. `OPTIONS` is answered by the platform itself. */
export const proxiedMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export const ProxiedMethod = z.enum(proxiedMethods);
export type ProxiedMethod = z.infer<typeof ProxiedMethod>;

/** Requests per second of a route that names no limit (contract 2.14). */
export const defaultRateLimit = 100;

/** A path below `/gw` and where its requests go. */
export const GatewayRoute = z.object({
  id: z.string(),
  user_id: z.string(),
  name: z.string(),
  path_prefix: z.string(),
  target_url: z.string(),
  strip_prefix: z.boolean(),
  /** Requests per second, over all callers. */
  rate_limit: z.int(),
  /** Absent: all of them. */
  methods: z.optional(z.array(ProxiedMethod)),
  /** Whether callers need an API key of the tenant. */
  require_api_key: z.boolean(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type GatewayRoute = z.infer<typeof GatewayRoute>;

/** One or more segments of characters that no client escapes. `/` alone would be everybody's. */
const prefixPattern = /^(?:\/[A-Za-z0-9._~-]+)+\/?$/;

const isDotted = (text: string): boolean =>
  text.split('/').some((segment) => segment === '.' || segment === '..');

/** Characters of a prefix; a lookup reads no further into a path. */
export const maxPrefixLength = 200;

const PathPrefix = z.string().check(
  z.maxLength(maxPrefixLength),
  z.regex(prefixPattern, 'must be /segment/… of letters, digits, -, _, . and ~'),
  z.refine((text) => !isDotted(text), 'must not contain . or .. as a segment'),
);

/** The Go SDK sends 0 for a limit that is not set. */
const RateLimit = z.pipe(
  z._default(z.nullish(z.int().check(z.gte(0), z.lte(10_000))), 0),
  z.transform((limit) => limit || defaultRateLimit),
);

/** Absent and null are no. */
const Flag = z.pipe(
  z._default(z.nullish(z.boolean()), false),
  z.transform((flag) => flag ?? false),
);

/** `http://…`, `https://…`, `lb://<id of a load balancer>/…` or `function://<id of a function>/…`. */
const TargetUrl = z.string().check(z.minLength(1), z.maxLength(2_048));

/** None or null: all of them. */
const Methods = z.nullable(z.array(ProxiedMethod).check(z.maxLength(proxiedMethods.length)));

export const CreateGatewayRoute = z.object({
  name: ResourceName,
  path_prefix: PathPrefix,
  target_url: TargetUrl,
  strip_prefix: Flag,
  rate_limit: RateLimit,
  methods: z.optional(Methods),
  require_api_key: Flag,
});
export type CreateGatewayRoute = z.output<typeof CreateGatewayRoute>;

/** What may change; anything else is refused by name. */
export const UpdateGatewayRoute = z
  .strictObject({
    name: z.optional(ResourceName),
    path_prefix: z.optional(PathPrefix),
    target_url: z.optional(TargetUrl),
    strip_prefix: z.optional(z.boolean()),
    /** 0: the default. */
    rate_limit: z.optional(
      z.pipe(
        z.int().check(z.gte(0), z.lte(10_000)),
        z.transform((limit) => limit || defaultRateLimit),
      ),
    ),
    methods: z.optional(Methods),
    require_api_key: z.optional(z.boolean()),
  })
  .check(
    z.refine(
      (update) => Object.values(update).some((value) => value !== undefined),
      'at least one field must be given',
    ),
  );
export type UpdateGatewayRoute = z.output<typeof UpdateGatewayRoute>;
