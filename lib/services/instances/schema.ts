import { isIPv4 } from 'node:net';
import * as z from 'zod/mini';
import { inAnyCase } from '../../platform/http/any-case.ts';
import { parseId } from '../../platform/ids.ts';
import { defaultInstanceType, instanceTypes } from './instance-types.ts';
import { Tags } from './tags.ts';

/** Contract section 4. `DELETED` is a state of the contract that is never shown. */
export const instanceStatuses = ['STARTING', 'RUNNING', 'STOPPED', 'ERROR', 'DELETED'] as const;
export const InstanceStatus = z.enum(instanceStatuses);
export type InstanceStatus = z.infer<typeof InstanceStatus>;

const Name = z.string().check(z.trim(), z.minLength(1), z.maxLength(64), z.regex(/^[A-Za-z0-9_-]+$/));

/** EC2 refuses more than 16 KB before base64. */
export const maxUserDataBytes = 16_384;

/** A volume that is attached to an instance, or shall be. */
export const InstanceVolume = z.object({
  volume_id: z.string(),
  /** Absent for one that was attached without a file system. */
  mount_path: z.optional(z.string()),
  /** For example `/dev/sdf`. */
  device: z.string(),
  delete_on_termination: z.optional(z.boolean()),
});
export type InstanceVolume = z.infer<typeof InstanceVolume>;

/** A virtual machine of one tenant, as the contract shows it. */
export const Instance = z.object({
  id: z.string(),
  user_id: z.string(),
  name: z.string(),
  image: z.string(),
  /** The machine behind it, once there is one. */
  container_id: z.optional(z.string()),
  status: InstanceStatus,
  /** The status under way to; absent where `status` is what is wanted. */
  desired_status: z.optional(InstanceStatus),
  /** Why it is in `ERROR`, or what it waits for. */
  status_reason: z.optional(z.string()),
  ports: z.optional(z.string()),
  vpc_id: z.optional(z.string()),
  subnet_id: z.optional(z.string()),
  private_ip: z.optional(z.string()),
  /** The contract's name of its port in the subnet, where one is given: `veth-` and eight hex digits. */
  ovs_port: z.optional(z.string()),
  security_group_ids: z.optional(z.array(z.string())),
  volumes: z.optional(z.array(InstanceVolume)),
  instance_type: z.string(),
  /** The availability zone. */
  zone: z.optional(z.string()),
  tags: z.optional(z.record(z.string(), z.string())),
  termination_protection: z.boolean(),
  version: z.int(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type Instance = z.infer<typeof Instance>;

/**
 * The contract's clients send `""` or null for what is not set.
 * @__NO_SIDE_EFFECTS__
 */
const orUnset = <T extends z.ZodMiniType<string, string>>(text: T) =>
  z.nullish(
    z.pipe(
      text,
      z.transform((value) => value || undefined),
    ),
  );

const UuidItem = z.pipe(
  z.string(),
  z.transform((text, context) => {
    const id = parseId(text);
    if (id) return id;
    context.issues.push({ code: 'custom', message: 'must be a UUID', input: text });
    return z.NEVER;
  }),
);

const IdOrUnset = z.nullish(
  z.pipe(
    z.string(),
    z.transform((text, context) => {
      if (text === '') return undefined;
      const id = parseId(text);
      if (id) return id;
      context.issues.push({ code: 'custom', message: 'not a UUID', input: text });
      return z.NEVER;
    }),
  ),
);

/** Where a volume's file system is mounted: absolute, and nothing that a shell or a unit file would expand. */
export const MountPath = z.string().check(
  z.maxLength(255),
  z.regex(/^\//, 'must be an absolute path'),
  z.regex(/^[A-Za-z0-9/._-]+$/, 'may hold letters, digits, / . _ and - only'),
  z.refine((path) => !path.split('/').includes('..'), 'must not hold ..'),
);

/** An instance is in five groups at most: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
export const maxSecurityGroups = 5;

export const VolumeAttachment = z.object({
  /** Id or name. */
  volume_id: z.string().check(z.minLength(1), z.maxLength(64)),
  mount_path: MountPath,
  /** Whether the volume goes with the instance. */
  delete_on_termination: z._default(z.boolean(), false),
});
export type VolumeAttachment = z.infer<typeof VolumeAttachment>;

export const LaunchInstance = z.object({
  name: Name,
  image: z.string().check(z.trim(), z.minLength(1), z.maxLength(256)),
  /** `host:container` pairs; read by `parsePorts`, which has error types of its own. */
  ports: orUnset(z.string().check(z.maxLength(1_000))),
  vpc_id: IdOrUnset,
  subnet_id: IdOrUnset,
  /** Up to five, of the instance's VPC; without any, its `ports` are what is open. */
  security_group_ids: z.nullish(z.array(UuidItem).check(z.maxLength(maxSecurityGroups))),
  /** An address of the subnet; EC2 picks one where none is named. */
  private_ip: orUnset(
    z.string().check(z.refine((text) => text === '' || isIPv4(text), 'must be an IPv4 address')),
  ),
  volumes: z.nullish(z.array(VolumeAttachment).check(z.maxLength(20))),
  instance_type: z._default(
    z
      .string()
      .check(
        z.refine((name) => instanceTypes.has(name), `must be one of ${[...instanceTypes.keys()].join(', ')}`),
      ),
    defaultInstanceType,
  ),
  tags: z.optional(Tags),
  /** Handed to cloud-init at the first boot; plain text, at most 16 KB as UTF-8. */
  user_data: orUnset(
    z
      .string()
      .check(
        z.refine((text) => Buffer.byteLength(text) <= maxUserDataBytes, `at most ${maxUserDataBytes} bytes`),
      ),
  ),
  termination_protection: z._default(z.boolean(), false),
});
export type LaunchInstance = z.infer<typeof LaunchInstance>;

/** What may change on an instance that is there; anything else is refused by name. */
export const UpdateInstance = z
  .strictObject({ name: z.optional(Name), tags: z.optional(Tags) })
  .check(
    z.refine(
      (update) => update.name !== undefined || update.tags !== undefined,
      'name or tags must be given',
    ),
  );
export type UpdateInstance = z.infer<typeof UpdateInstance>;

export const InstanceFilters = z.object({
  /** In any case. */
  state: z.optional(inAnyCase(InstanceStatus)),
  /** The availability zone. */
  nodeId: z.optional(z.string().check(z.minLength(1), z.maxLength(64))),
  /** `<key>:<value>`. */
  tag: z.optional(z.string().check(z.maxLength(400), z.regex(/^[^:].*:/s, 'must be <key>:<value>'))),
});
export type InstanceFilters = z.infer<typeof InstanceFilters>;

export const DeleteInstanceQuery = z.object({
  /** The name of an instance under termination protection, as a sign that its end is really meant. */
  confirm: z.optional(z.string()),
});

export const Message = z.object({ message: z.string() });

export const InstanceStats = z.object({
  cpu_percentage: z.number(),
  memory_usage_bytes: z.number(),
  memory_limit_bytes: z.number(),
  memory_percentage: z.number(),
});
export type InstanceStats = z.infer<typeof InstanceStats>;

export const InstanceConsole = z.object({
  output: z.string(),
  /** When the machine last wrote; absent where it has not. */
  timestamp: z.optional(z.string()),
});
export type InstanceConsole = z.infer<typeof InstanceConsole>;
