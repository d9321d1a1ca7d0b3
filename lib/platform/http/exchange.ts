import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Principal } from '../auth/principal.ts';
import type { IdempotentRequest, Remembered } from '../idempotency/request.ts';
import type { ListRequest } from './list.ts';
import type { AnyRoute } from './route.ts';

export type Response = APIGatewayProxyStructuredResultV2 & {
  headers: Record<string, string | number | boolean>;
  /** Headers with several values; only a REST API sends them. One that is here goes before its like in `headers`. */
  multiValueHeaders?: Record<string, string[]>;
};

/**
 * All that the middlewares learn about one request. It lives in Middy's `context`, which the outer stack and the
 * stack of the route share, and never outside of the request: several can be under way in one thread.
 */
export interface Exchange {
  requestId: string;
  /** RFC 3339, UTC, whole seconds: `meta.timestamp`. Fixed when the request comes in, so a stored answer has it too. */
  timestamp: string;
  /** Monotonic, in milliseconds. */
  startedAt: number;
  /** Aborted when the request's time ends; Middy's own signal once routing has begun. */
  signal: AbortSignal;
  viewerAddress: string;
  userAgent: string;
  /** Absent until a route matched. */
  route?: AnyRoute;
  principal?: Principal;
  params: Record<string, unknown>;
  query: Record<string, unknown>;
  /** As parsed from JSON, before validation. */
  json?: unknown;
  body?: unknown;
  list?: ListRequest;
  idempotency?: IdempotentRequest;
  /** The successful answer, as it would be remembered. */
  answered?: Remembered;
  /** Headers that the answer carries whether it succeeds or fails, for example the rate limit's. */
  headers: Record<string, string>;
  /** What went wrong, for the log. */
  failure?: unknown;
}

/** Lambda's context and the exchange. */
export type HttpContext = Context & { exchange: Exchange };

/** What a middleware of ours is given by Middy. */
export interface HttpRequest {
  event: APIGatewayProxyEventV2;
  context: HttpContext;
  response: Response | undefined;
  error: unknown;
}

/** A middleware in Middy's shape. */
export interface HttpMiddleware {
  before?: (request: HttpRequest) => Promise<void> | void;
  after?: (request: HttpRequest) => Promise<void> | void;
  onError?: (request: HttpRequest) => Promise<void> | void;
}
