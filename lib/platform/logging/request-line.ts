import { CloudError } from '../errors/index.ts';
import type { Exchange, HttpMiddleware, HttpRequest } from '../http/exchange.ts';
import type { Logger } from './logger.ts';
import { currentMeter } from './meter.ts';

/** True until the process has answered its first request. */
let coldStart = true;

const failureFields = (failure: unknown): Record<string, unknown> => {
  if (!(failure instanceof CloudError)) return {};
  return {
    error_type: failure.type,
    ...(failure.internal !== undefined && { internal: failure.internal }),
    // A refusal's stack says nothing. What is ours to mend is logged whole, causes and all.
    ...(failure.kind === 'internal' || failure.kind === 'unavailable'
      ? { error: failure.cause ?? failure }
      : {}),
  };
};

const fieldsOf = (request: HttpRequest, exchange: Exchange): Record<string, unknown> => {
  const { event, response } = request;
  const meter = currentMeter();
  return {
    request_id: exchange.requestId,
    method: event.requestContext?.http?.method,
    route: exchange.route?.path,
    status: response?.statusCode,
    duration_ms: Math.round((performance.now() - exchange.startedAt) * 100) / 100,
    tenant: exchange.principal?.tenant,
    user: exchange.principal?.user,
    viewer_address: exchange.viewerAddress,
    cold_start: coldStart,
    ...(response?.headers['Idempotent-Replayed'] && { replayed: true }),
    ...(meter && meter.requests > 0 && { dynamodb_requests: meter.requests }),
    ...failureFields(exchange.failure),
  };
};

/**
 * One structured line for each request, when its answer is ready. It names the route by its pattern, and holds no header,
 * query or body, so no secret. Tenant and user are fields, never dimensions of a metric.
 */
export const requestLine = (options: { logger: Logger }): HttpMiddleware => {
  const { logger } = options;

  const requestLineAfter = (request: HttpRequest) => {
    const { exchange } = request.context;
    const fields = fieldsOf(request, exchange);
    coldStart = false;
    const status = request.response?.statusCode ?? 500;
    if (status === 500) logger.error('request', fields);
    else if (status > 500) logger.warn('request', fields);
    else logger.info('request', fields);
  };

  return { after: requestLineAfter, onError: requestLineAfter };
};
