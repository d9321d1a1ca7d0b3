import type { IncomingMessage } from 'node:http';
import { logTime } from './event.ts';
import type { MatchedRoute } from './match-route.ts';

/** Headers by the name they were first sent under, each with all its values. */
const readAll = (raw: readonly string[]): Map<string, string[]> => {
  const names = new Map<string, string>();
  const all = new Map<string, string[]>();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const given = raw[i] as string;
    const name = names.get(given.toLowerCase()) ?? given;
    names.set(given.toLowerCase(), name);
    all.set(name, [...(all.get(name) ?? []), raw[i + 1] as string]);
  }
  return all;
};

/** The parameters of a query, decoded, by name: all loss of order that AWS allows itself. */
const readParameters = (rawQueryString: string): Record<string, string[]> | null => {
  if (rawQueryString === '') return null;
  const parameters: Record<string, string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(rawQueryString))
    parameters[name] = [...(parameters[name] ?? []), value];
  return parameters;
};

/** The parameters of a matched path, as they were sent. */
const pathParameters = ({ route }: MatchedRoute, path: string): Record<string, string> | null => {
  const template = (route.routeKey.split(' ')[1] ?? '').split('/');
  const segments = path.split('/');
  const parameters = template.flatMap((part, index) => {
    const [, name, greedy] = /^\{([^}+]+)(\+?)\}$/.exec(part) ?? [];
    if (!name) return [];
    return [[name, greedy ? segments.slice(index).join('/') : (segments[index] ?? '')] as const];
  });
  return parameters.length > 0 ? Object.fromEntries(parameters) : null;
};

const lastOfEach = (values: Record<string, string[]>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1) ?? '']));

/**
 * The event of a REST API, format 1.0. The path is as it was sent, escapes included; a body is base64 where the API takes
 * its type as binary.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export const toRestEvent = (request: {
  message: IncomingMessage;
  body: Buffer;
  /** Percent-encoded, without the stage. */
  path: string;
  rawQueryString: string;
  matched: MatchedRoute;
  edgeHeaders: Record<string, string>;
  apiId: string;
  binary: boolean;
  account: string;
  stage: string;
  requestId: string;
  now: number;
}) => {
  const { message, body, matched, path } = request;
  const sourceIp = (message.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
  const method = message.method ?? 'GET';
  const [, resource = ''] = matched.route.routeKey.split(' ');
  const headers = readAll(message.rawHeaders);
  const forwarded = message.headers['x-forwarded-for'];
  const written: Record<string, string> = {
    'X-Forwarded-For': forwarded ? `${forwarded}, ${sourceIp}` : sourceIp,
    'X-Forwarded-Port': String(message.socket.localPort ?? ''),
    'X-Forwarded-Proto': 'http',
    'CloudFront-Viewer-Address': `${sourceIp}:${message.socket.remotePort ?? 0}`,
    ...request.edgeHeaders,
  };
  // Over what the viewer sent under these names; and the gateway's connection is its own.
  const replaced = new Set(['connection', ...Object.keys(written).map((name) => name.toLowerCase())]);
  for (const name of [...headers.keys()]) if (replaced.has(name.toLowerCase())) headers.delete(name);
  for (const [name, value] of Object.entries(written)) headers.set(name, [value]);
  const multiValueHeaders = Object.fromEntries(headers);
  const query = readParameters(request.rawQueryString);
  return {
    resource,
    path,
    httpMethod: method,
    headers: lastOfEach(multiValueHeaders),
    multiValueHeaders,
    queryStringParameters: query && lastOfEach(query),
    multiValueQueryStringParameters: query,
    pathParameters: pathParameters(matched, path),
    stageVariables: null,
    requestContext: {
      accountId: request.account,
      apiId: request.apiId,
      domainName: message.headers.host ?? 'localhost',
      domainPrefix: (message.headers.host ?? 'localhost').split('.')[0],
      extendedRequestId: request.requestId,
      httpMethod: method,
      identity: { sourceIp, userAgent: message.headers['user-agent'] ?? null },
      path: `/${request.stage}${path}`,
      protocol: `HTTP/${message.httpVersion}`,
      requestId: request.requestId,
      requestTime: logTime(request.now),
      requestTimeEpoch: request.now,
      resourceId: resource,
      resourcePath: resource,
      stage: request.stage,
    },
    body: body.length > 0 ? body.toString(request.binary ? 'base64' : 'utf8') : null,
    isBase64Encoded: body.length > 0 && request.binary,
  };
};
