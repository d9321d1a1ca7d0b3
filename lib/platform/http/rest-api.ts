import type {
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  APIGatewayProxyResult,
  Context,
} from 'aws-lambda';
import { withoutPrototype } from '../without-prototype.ts';
import type { Response } from './exchange.ts';
import type { ApiHandler } from './serve.ts';

export type RestHandler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

/** What was sent; the gateway decodes parameters and loses their order, so the edge passes them on in a header of its own. */
const queryOf = (
  { multiValueQueryStringParameters }: APIGatewayProxyEvent,
  viewer: string | undefined,
): string =>
  viewer ??
  Object.entries(multiValueQueryStringParameters ?? {})
    .flatMap(([name, values = []]) =>
      values.map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
    )
    .join('&');

/**
 * An event of format 1.0 (REST API) as one of format 2.0, so that one stack serves both. Other than in an HTTP API the path is
 * as it was sent, escapes included, and a body of any type is base64.
 */
export const toPayload2 = (event: APIGatewayProxyEvent): APIGatewayProxyEventV2 => {
  const multiValueHeaders = withoutPrototype<string[]>();
  for (const [given, values] of Object.entries(event.multiValueHeaders ?? {})) {
    const name = given.toLowerCase();
    multiValueHeaders[name] = [...(multiValueHeaders[name] ?? []), ...(values ?? [])];
  }
  for (const [given, value] of Object.entries(event.headers ?? {}))
    if (value !== undefined) multiValueHeaders[given.toLowerCase()] ??= [value];
  const headers = Object.fromEntries(
    Object.entries(multiValueHeaders).map(([name, values]) => [
      name,
      values.join(name === 'cookie' ? '; ' : ','),
    ]),
  );
  const { requestContext: context } = event;
  return {
    version: '2.0',
    routeKey: `${event.httpMethod} ${event.resource}`,
    rawPath: event.path,
    rawQueryString: queryOf(event, headers['x-viewer-query']),
    headers,
    multiValueHeaders,
    requestContext: {
      accountId: context.accountId,
      apiId: context.apiId,
      domainName: context.domainName ?? '',
      domainPrefix: context.domainPrefix ?? '',
      http: {
        method: event.httpMethod,
        path: event.path,
        protocol: context.protocol,
        sourceIp: context.identity.sourceIp,
        userAgent: context.identity.userAgent ?? '',
      },
      requestId: context.requestId,
      routeKey: `${event.httpMethod} ${event.resource}`,
      stage: context.stage,
      time: context.requestTime ?? '',
      timeEpoch: context.requestTimeEpoch,
    },
    ...(event.body !== null && { body: event.body }),
    isBase64Encoded: event.isBase64Encoded,
  } as APIGatewayProxyEventV2;
};

/** An answer of the stack as a REST API takes it: every header with all its values, each name once. */
export const toRestAnswer = (response: Response): APIGatewayProxyResult => {
  const multiValueHeaders = withoutPrototype<string[]>(response.multiValueHeaders);
  for (const [name, value] of Object.entries(response.headers))
    if (!(name.toLowerCase() in multiValueHeaders)) multiValueHeaders[name.toLowerCase()] = [String(value)];
  return {
    statusCode: response.statusCode ?? 500,
    multiValueHeaders,
    body: response.body ?? '',
    isBase64Encoded: response.isBase64Encoded === true,
  };
};

/** Serves behind a REST API what serves behind an HTTP API. */
export const behindRestApi =
  (handler: ApiHandler): RestHandler =>
  async (event, context) =>
    toRestAnswer(await handler(toPayload2(event), context));
