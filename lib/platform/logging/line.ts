/** What an error of the SDK or of Node says of itself that is safe: the rest can hold stored items, such as a cancelled transaction's. */
interface KnownError extends Error {
  code?: string;
  $fault?: string;
  $metadata?: { requestId?: string; httpStatusCode?: number; attempts?: number };
}

/** Causes of causes that are written; an error may be among its own. */
const maxCauses = 8;

const errorFields = (error: Error, depth = 0): Record<string, unknown> => {
  const { name, message, stack, cause, code, $fault, $metadata } = error as KnownError;
  return {
    name,
    message,
    stack,
    code,
    fault: $fault,
    aws_request_id: $metadata?.requestId,
    http_status: $metadata?.httpStatusCode,
    attempts: $metadata?.attempts,
    cause: depth < maxCauses ? causeOf(cause, depth + 1) : undefined,
  };
};

const causeOf = (cause: unknown, depth: number): unknown => {
  if (cause instanceof Error) return errorFields(cause, depth);
  return typeof cause === 'object' || typeof cause === 'bigint' ? undefined : cause;
};

const safely = (_name: string, value: unknown): unknown => {
  if (value instanceof Error) return errorFields(value);
  return typeof value === 'bigint' ? value.toString() : value;
};

const isFlat = (fields: object): boolean => {
  for (const value of Object.values(fields))
    if (typeof value === 'object' ? value !== null : typeof value === 'bigint') return false;
  return true;
};

/**
 * A log line as JSON text, with its end. Errors tell name, message, stack, causes and what AWS said, and nothing else; a field
 * that can't be written as JSON, such as one that holds itself, costs the line its fields and not the request its answer.
 */
export const lineOf = (line: Record<string, unknown>, fields: Record<string, unknown>): string => {
  try {
    // Nearly all lines are flat, and a function that sees each value is half of a line's cost.
    return `${JSON.stringify({ ...line, ...fields }, isFlat(fields) ? undefined : safely)}\n`;
  } catch (error) {
    return `${JSON.stringify({ ...line, unwritable: (error as Error).message })}\n`;
  }
};
