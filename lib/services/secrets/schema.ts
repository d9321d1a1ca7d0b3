import * as z from 'zod/mini';
import { IdParam } from '../../platform/http/params.ts';

/** A tenant's secret (contract 2.17), and beyond the contract its versions and when it can no longer be restored. */
export const Secret = z.object({
  id: z.string(),
  user_id: z.string(),
  name: z.string(),
  /** In the answer to a create the ciphertext, in that to a get the plaintext, everywhere else `[REDACTED]`. */
  encrypted_value: z.optional(z.string()),
  description: z.string(),
  /** The newest version of its value, from 1. */
  current_version: z.int(),
  created_at: z.string(),
  updated_at: z.string(),
  last_accessed_at: z.optional(z.string()),
  /** Of a deleted one: when it was deleted, and until when it can be restored. */
  deleted_at: z.optional(z.string()),
  recoverable_until: z.optional(z.string()),
  /** The function that gives it a new value every `rotation_days` days; absent where none does. */
  rotation_function_id: z.optional(z.string()),
  rotation_days: z.optional(z.int()),
  /** When the function is called next; after a failure, when it is tried again. */
  next_rotation_at: z.optional(z.string()),
  /** When the function last gave it a value. */
  last_rotated_at: z.optional(z.string()),
  /** Why the last rotation failed; absent once one has succeeded. */
  rotation_error: z.optional(z.string()),
});
export type Secret = z.infer<typeof Secret>;

/** One version of a secret's value, without the value. */
export const SecretVersion = z.object({
  version: z.int(),
  /** Whether a get without a version gives this one. */
  current: z.boolean(),
  /** The user who gave it; `rotation` where the secret's function did. */
  created_by: z.string(),
  created_at: z.string(),
});
export type SecretVersion = z.infer<typeof SecretVersion>;

/** The answer to a delete. */
export const DeletedSecret = z.object({
  message: z.string(),
  /** What `POST /secrets/:id/restore` takes. */
  id: z.string(),
  /** Absent where it is purged at once. */
  recoverable_until: z.optional(z.string()),
});
export type DeletedSecret = z.infer<typeof DeletedSecret>;

/** Bytes of UTF-8, as AWS Secrets Manager has it: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
export const maxValueBytes = 65_536;

/** With 128 characters no name is longer than a sort key may be (1,024 bytes). */
const SecretName = z
  .string()
  .check(
    z.trim(),
    z.minLength(1),
    z.maxLength(128),
    z.regex(/^\P{Cc}*$/u, 'must not hold control characters'),
  );

export const SecretValue = z.string().check(
  z.minLength(1),
  z.refine(
    (value) => Buffer.byteLength(value) <= maxValueBytes,
    `must have at most ${maxValueBytes} bytes of UTF-8`,
  ),
);

const Description = z.string().check(z.maxLength(2_048));

export const longestRotationDays = 1_000;
export const defaultRotationDays = 30;

const RotationDays = z.int().check(z.gte(1), z.lte(longestRotationDays));

export const CreateSecret = z
  .object({
    name: SecretName,
    value: SecretValue,
    description: z._default(Description, ''),
    rotation_function_id: z.optional(IdParam),
    rotation_days: z.optional(RotationDays),
  })
  .check(
    z.refine(
      ({ rotation_function_id, rotation_days }) =>
        rotation_days === undefined || rotation_function_id !== undefined,
      { path: ['rotation_days'], message: 'is of no use without a rotation_function_id' },
    ),
  );
export type CreateSecret = z.infer<typeof CreateSecret>;

/** What may change; anything else is refused by name. A new value is a new version. */
export const UpdateSecret = z
  .strictObject({
    description: z.optional(Description),
    /** Null ends the rotation. */
    rotation_function_id: z.optional(z.nullable(IdParam)),
    rotation_days: z.optional(RotationDays),
  })
  .check(
    z.refine((update) => Object.values(update).some((value) => value !== undefined), {
      path: ['description'],
      message: 'must be given, or rotation_function_id or rotation_days',
    }),
    z.refine(
      ({ rotation_function_id, rotation_days }) =>
        rotation_function_id !== null || rotation_days === undefined,
      { path: ['rotation_days'], message: 'can not be given where the rotation is ended' },
    ),
  );
export type UpdateSecret = z.infer<typeof UpdateSecret>;

export const AddSecretVersion = z.strictObject({ value: SecretValue });
export type AddSecretVersion = z.infer<typeof AddSecretVersion>;

/** The number of characters of a value that the platform makes up. */
export const RotateSecret = z.strictObject({
  length: z._default(z.int().check(z.gte(16), z.lte(1_024)), 32),
});
export type RotateSecret = z.infer<typeof RotateSecret>;

const wholeNumber = (from: number, to: number, message: string) =>
  z.pipe(
    z.string().check(z.regex(/^[1-9]\d{0,9}$/, message)),
    z.pipe(z.transform(Number), z.int().check(z.gte(from, message), z.lte(to, message))),
  );

export const GetSecretQuery = z.object({
  version: z.optional(wholeNumber(1, 2_147_483_647, 'must be the number of a version, from 1')),
});

export const ListSecretsQuery = z.object({
  /** `true`: those that were deleted and can be restored, instead of those that are there. */
  deleted: z.optional(z.enum(['true', 'false'])),
});

export const shortestRecoveryDays = 7;
export const longestRecoveryDays = 30;

export const DeleteSecretQuery = z
  .object({
    recovery_days: z.optional(
      wholeNumber(
        shortestRecoveryDays,
        longestRecoveryDays,
        `must be an integer from ${shortestRecoveryDays} to ${longestRecoveryDays}`,
      ),
    ),
    /** `true`: it is purged at once, and can't be restored. */
    force: z.optional(z.enum(['true', 'false'])),
  })
  .check(
    z.refine(({ recovery_days, force }) => recovery_days === undefined || force !== 'true', {
      path: ['recovery_days'],
      message: 'can not be given together with force=true',
    }),
  );
export type DeleteSecretQuery = z.infer<typeof DeleteSecretQuery>;
