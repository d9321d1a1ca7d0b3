import * as z from 'zod/mini';
import { IdParam } from '../../platform/http/params.ts';
import { ResourceName } from '../../platform/resource-name.ts';
import {
  defaultMemoryMegabytes,
  defaultTimeoutSeconds,
  keptVersions,
  maxArchiveBytes,
  maxEnvironmentBytes,
  maxTimeoutSeconds,
} from './limits.ts';
import { runtimeNames } from './runtimes.ts';

export const Runtime = z.enum(runtimeNames);
export type Runtime = z.infer<typeof Runtime>;

/** The contract's `ACTIVE`; `ERROR` where Lambda will not have it. */
export const FunctionStatus = z.enum(['ACTIVE', 'ERROR']);
export type FunctionStatus = z.infer<typeof FunctionStatus>;

/** A function of one tenant, as the contract shows it, and what goes beyond. */
export const CloudFunction = z.object({
  id: z.string(),
  user_id: z.string(),
  name: z.string(),
  runtime: Runtime,
  handler: z.string(),
  code_path: z.string(),
  /** Seconds. */
  timeout: z.int(),
  memory_mb: z.int(),
  status: FunctionStatus,
  /** Why it is in `ERROR`, or what it waits for. */
  status_reason: z.optional(z.string()),
  environment: z.record(z.string(), z.string()),
  /** Grows with each code that is put, and never again is another code's. */
  code_version: z.int(),
  /** SHA-256 of the archive, base64. */
  code_sha256: z.string(),
  code_size_bytes: z.int(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type CloudFunction = z.infer<typeof CloudFunction>;

/** One code of a function that can be gone back to. */
export const CodeVersion = z.object({
  version: z.int(),
  sha256: z.string(),
  size_bytes: z.int(),
  created_at: z.string(),
  /** Whether it is the one that runs. */
  current: z.boolean(),
});
export type CodeVersion = z.infer<typeof CodeVersion>;

export const InvocationStatus = z.enum(['PENDING', 'RUNNING', 'SUCCESS', 'FAILED']);
export type InvocationStatus = z.infer<typeof InvocationStatus>;

export const Invocation = z.object({
  id: z.string(),
  function_id: z.string(),
  status: InvocationStatus,
  /** While it is `PENDING`: when it was accepted. */
  started_at: z.string(),
  ended_at: z.optional(z.string()),
  duration_ms: z.int(),
  /** The process's exit code; 124 where it ran too long. Of a plain handler 0 or 1. */
  status_code: z.int(),
  /** Standard output and error, the end of it where it is long. */
  logs: z.string(),
  /** What a plain handler gave back, as JSON. */
  result: z.optional(z.string()),
});
export type Invocation = z.infer<typeof Invocation>;

const pathForm = /^(?!\/)(?!.*(?:^|\/)\.{1,2}(?:\/|$))[\w./@+-]+$/;

/** The name of a file of the archive, or `module.export`. */
const Handler = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(128),
    z.regex(pathForm, 'must be the path of a file in the archive, or module.export'),
  );

/** A form holds text only. */
const integer = (minimum: number, maximum: number) =>
  z.pipe(
    z.union([
      z.int(),
      z.pipe(
        z.string().check(z.regex(/^\d{1,9}$/, 'must be a whole number')),
        z.transform((text) => Number(text)),
      ),
    ]),
    z.int().check(z.gte(minimum), z.lte(maximum)),
  );

const Timeout = integer(1, maxTimeoutSeconds);
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const Memory = integer(128, 3_008);

/** 0 counts as missing (contract 1.1), and so does what a form leaves empty. */
const orDefault = (schema: ReturnType<typeof integer>, value: number) =>
  z.pipe(
    z.transform((given: unknown) =>
      given === 0 || given === '0' || given === '' || given === null ? value : (given as number | string),
    ),
    schema,
  );

/** Names that Lambda, the platform or the machine below gives a meaning of its own. */
const reservedName = /^(?:AWS_|LAMBDA_|THECLOUD_|LD_|_)|^(?:PAYLOAD|PATH|HOME|TMPDIR|NODE_OPTIONS|TZ)$/;

const bytesOf = (environment: Record<string, string>): number =>
  Object.entries(environment).reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);

const Environment = z
  .record(
    z.string().check(
      z.regex(/^[A-Za-z]\w{1,127}$/, 'must be two or more letters, digits and _, a letter first'),
      z.refine((name) => !reservedName.test(name), 'is a reserved name'),
    ),
    z.string(),
  )
  .check(
    z.refine(
      (environment) => bytesOf(environment) <= maxEnvironmentBytes,
      `names and values can have at most ${maxEnvironmentBytes} bytes together`,
    ),
  );

/** As an object, or, in a form, as the JSON text of one. */
const EnvironmentInput = z.pipe(
  z.transform((given: unknown, context) => {
    if (typeof given !== 'string') return given;
    try {
      return JSON.parse(given) as unknown;
    } catch {
      context.issues.push({ code: 'custom', message: 'must be a JSON object', input: given });
      return z.NEVER;
    }
  }),
  Environment,
);

const base64Form = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The archive's bytes: in JSON as base64, in a form as the file that it is. */
const Code = z.pipe(
  z.string().check(
    z.minLength(1, 'must not be empty'),
    z.regex(base64Form, 'must be a file of the form, or base64 in JSON'),
    z.refine(
      (text) => text.length <= Math.ceil(maxArchiveBytes / 3) * 4,
      `can have at most ${maxArchiveBytes} bytes`,
    ),
  ),
  z.transform((text): Buffer => Buffer.from(text, 'base64')),
);

export const CreateFunction = z.object({
  name: ResourceName,
  runtime: Runtime,
  handler: Handler,
  /** A zip archive. */
  code: Code,
  timeout: z.optional(orDefault(Timeout, defaultTimeoutSeconds)),
  memory_mb: z.optional(orDefault(Memory, defaultMemoryMegabytes)),
  environment: z.optional(EnvironmentInput),
});
export type CreateFunction = z.infer<typeof CreateFunction>;

/** What may change; anything else is refused by name. */
export const UpdateFunction = z
  .strictObject({
    name: z.optional(ResourceName),
    timeout: z.optional(Timeout),
    memory_mb: z.optional(Memory),
    /** All of it: what is left out is gone. */
    environment: z.optional(Environment),
  })
  .check(
    z.refine(
      (update) => Object.values(update).some((value) => value !== undefined),
      'name, timeout, memory_mb or environment must be given',
    ),
  );
export type UpdateFunction = z.infer<typeof UpdateFunction>;

export const PutCode = z.object({ code: Code, handler: z.optional(Handler) });
export type PutCode = z.infer<typeof PutCode>;

export const Rollback = z.object({ version: integer(1, 999_999_999) });
export type Rollback = z.infer<typeof Rollback>;

export const CodeVersions = z.array(CodeVersion).check(z.maxLength(keptVersions));

export const InvocationParams = z.object({ id: IdParam, invocationId: IdParam });

export const InvokeQuery = z.object({
  /** `true`: accept it, and run it afterwards. */
  async: z.optional(z.enum(['true', 'false', '1', '0', ''])),
});

/** An invocation's payload as it was sent. */
export const Payload = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

export const Message = z.object({ message: z.string() });
