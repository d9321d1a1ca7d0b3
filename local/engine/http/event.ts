import type { IncomingMessage } from 'node:http';

/** Content types whose bodies API Gateway hands over as text; all others, and none, come as base64. */
const textual = /^(text\/.*|application\/(json|xml|javascript))$/i;

const isText = (contentType: string | undefined): boolean =>
  textual.test((contentType ?? '').split(';')[0]?.trim() ?? '');

/** Request headers, lower-cased, repeated ones joined by a comma; the cookies apart. */
export const readHeaders = (
  raw: readonly string[],
): { headers: Record<string, string>; cookies: string[] | undefined } => {
  const headers: Record<string, string> = {};
  let cookies: string[] | undefined;
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase();
    const value = raw[i + 1] ?? '';
    if (name === 'cookie') cookies = [...(cookies ?? []), ...value.split(/;\s*/).filter(Boolean)];
    else headers[name] = Object.hasOwn(headers, name) ? `${headers[name]},${value}` : value;
  }
  return { headers, cookies };
};

/** Query parameters, decoded, repeated ones joined by a comma; undefined where there are none. */
export const readQuery = (rawQueryString: string): Record<string, string> | undefined => {
  if (!rawQueryString) return undefined;
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    const before = parameters.get(name);
    parameters.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(parameters);
};

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Time as in an access log: `12/Mar/2020:19:03:58 +0000`. */
export const logTime = (epochMilliseconds: number): string => {
  const date = new Date(epochMilliseconds);
  const day = String(date.getUTCDate()).padStart(2, '0');
  return `${day}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`;
};

/** The path as API Gateway shows it to a function: percent-decoded. @throws URIError on a broken escape */
export const decodePath = (path: string): string => decodeURIComponent(path);

/**
 * The event of API Gateway's payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export const toEvent = (request: {
  message: IncomingMessage;
  body: Buffer;
  /** Percent-encoded, with the stage where the URL has it. */
  path: string;
  rawQueryString: string;
  routeKey: string;
  pathParameters: Record<string, string>;
  edgeHeaders: Record<string, string>;
  apiId: string;
  account: string;
  stage: string;
  stageVariables: Record<string, string> | undefined;
  requestId: string;
  now: number;
}) => {
  const { message, body } = request;
  const { headers, cookies } = readHeaders(message.rawHeaders);
  const sourceIp = (message.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
  const domainName = headers.host ?? 'localhost';
  const path = decodePath(request.path);
  const query = readQuery(request.rawQueryString);
  const asText = isText(headers['content-type']);
  return {
    version: '2.0',
    routeKey: request.routeKey,
    rawPath: path,
    rawQueryString: request.rawQueryString,
    ...(cookies && { cookies }),
    headers: {
      ...headers,
      'x-forwarded-for': headers['x-forwarded-for'] ? `${headers['x-forwarded-for']}, ${sourceIp}` : sourceIp,
      'x-forwarded-port': String(message.socket.localPort ?? ''),
      'x-forwarded-proto': 'http',
      'cloudfront-viewer-address': `${sourceIp}:${message.socket.remotePort ?? 0}`,
      ...request.edgeHeaders,
    },
    ...(query && { queryStringParameters: query }),
    requestContext: {
      accountId: request.account,
      apiId: request.apiId,
      domainName,
      domainPrefix: domainName.split('.')[0] ?? domainName,
      http: {
        method: message.method ?? 'GET',
        path,
        protocol: `HTTP/${message.httpVersion}`,
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: request.requestId,
      routeKey: request.routeKey,
      stage: request.stage,
      time: logTime(request.now),
      timeEpoch: request.now,
    },
    ...(Object.keys(request.pathParameters).length > 0 && { pathParameters: request.pathParameters }),
    ...(request.stageVariables && { stageVariables: request.stageVariables }),
    ...(body.length > 0 && { body: body.toString(asText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !asText,
  };
};
