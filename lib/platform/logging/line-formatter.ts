import { LogFormatter, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';

/** What an error of the SDK or of Node says of itself that is safe: the rest can hold stored items, such as a cancelled transaction's. */
interface KnownError extends Error {
  code?: string;
  $fault?: string;
  $metadata?: { requestId?: string; httpStatusCode?: number; attempts?: number };
}

/** A log line: level, message, time, service and trace, and the fields it was given. */
export class LineFormatter extends LogFormatter {
  formatAttributes(base: UnformattedAttributes, fields: LogAttributes): LogItem {
    return new LogItem({
      attributes: {
        level: base.logLevel,
        message: base.message,
        timestamp: base.timestamp.toISOString(),
        service: base.serviceName,
        xray_trace_id: base.xRayTraceId,
        ...fields,
      },
    });
  }

  override formatError(error: Error): LogAttributes {
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
      cause: cause instanceof Error ? this.formatError(cause) : typeof cause === 'object' ? undefined : cause,
    };
  }
}
