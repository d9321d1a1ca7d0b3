import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Chaos } from '../engine/chaos.ts';
import type { Scheduler } from '../engine/scheduler.ts';
import type { Trace } from '../engine/trace.ts';
import type { SimulatedFunction } from './function.ts';

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  path: string;
  query?: string;
  body?: unknown;
  key: string;
  idempotencyKey?: string;
}

export interface ApiAnswer {
  status: number;
  /** What the envelope holds. */
  data: unknown;
  /** Type and message of an error. */
  error?: { type: string; message: string };
}

const eventOf = (request: ApiRequest): APIGatewayProxyEventV2 => {
  const { method, path, query = '', body, key, idempotencyKey } = request;
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: {
      'content-type': 'application/json',
      'x-api-key': key,
      ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
    },
    ...(query && { queryStringParameters: Object.fromEntries(new URLSearchParams(query)) }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'api.localhost',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'simulation' },
      requestId: 'request',
      routeKey: '$default',
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    isBase64Encoded: false,
  };
};

const unreached: ApiAnswer = {
  status: 503,
  data: undefined,
  error: { type: 'GATEWAY', message: 'Service Unavailable' },
};

export interface ApiOptions {
  scheduler: Scheduler;
  chaos: Chaos;
  trace: Trace;
  functions: Readonly<Record<string, SimulatedFunction>>;
  prefixes: Readonly<Record<string, readonly string[]>>;
}

/** API Gateway: finds the function and hands the request over; what becomes of a function that dies is a 503. */
export const createApi = ({ scheduler, chaos, trace, functions, prefixes }: ApiOptions) => {
  const functionFor = (path: string): SimulatedFunction => {
    const found = Object.entries(prefixes).find(([, all]) =>
      all.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)),
    );
    const target = found && functions[found[0]];
    if (!target) throw new Error(`no function serves ${path}`);
    return target;
  };

  return async (request: ApiRequest): Promise<ApiAnswer> => {
    await scheduler.sleep(chaos.latency());
    const invoked = await functionFor(request.path).invoke(eventOf(request));
    await scheduler.sleep(chaos.latency());
    if (!('answer' in invoked) || chaos.strikes('loseAnswer')) return unreached;
    const { statusCode, body } = invoked.answer as { statusCode: number; body?: string };
    const content = body ? (JSON.parse(body) as Record<string, unknown>) : {};
    const answer = {
      status: statusCode,
      data: 'data' in content ? content.data : content,
      ...('error' in content && { error: content.error as ApiAnswer['error'] }),
    };
    trace.note('answer', () => {
      const { method, path, idempotencyKey } = request;
      return `${method} ${path} ${JSON.stringify(request.body) ?? ''} (${idempotencyKey}) → ${statusCode} ${body ?? ''}`;
    });
    return answer;
  };
};

export type Api = ReturnType<typeof createApi>;
