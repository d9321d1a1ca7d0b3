import type { EgressRequest } from '../../../../platform/egress/egress.ts';
import { withoutPrototype } from '../../../../platform/without-prototype.ts';

/** Types whose bodies are given as text, where they are. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
const textual =
  /^\s*(?:text\/|application\/(?:[\w.+-]+\+)?(?:json|xml)|application\/(?:javascript|x-www-form-urlencoded))/i;

const asText = (bytes: Buffer): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Not UTF-8, whatever its type says: base64 keeps the bytes.
    return undefined;
  }
};

/** Headers in lower case, each with all of its values; cookies stand apart. */
const headersOf = (headers: EgressRequest['headers'] = []) => {
  const named = withoutPrototype<string>();
  const cookies: string[] = [];
  for (const [given, value] of headers) {
    const name = given.toLowerCase();
    if (name === 'cookie') cookies.push(...value.split(/;\s*/).filter((cookie) => cookie !== ''));
    else named[name] = named[name] === undefined ? value : `${named[name]},${value}`;
  }
  return { named, cookies };
};

/** Decoded; of a name that comes again all values, joined with commas. */
const parametersOf = (query: string): Record<string, string> => {
  const parameters = withoutPrototype<string>();
  for (const [name, value] of new URLSearchParams(query))
    parameters[name] = parameters[name] === undefined ? value : `${parameters[name]},${value}`;
  return parameters;
};

const bodyOf = (body: EgressRequest['body'], type = ''): object => {
  if (body === undefined || body.length === 0) return { isBase64Encoded: false };
  const bytes = Buffer.from(body as Uint8Array);
  const text = textual.test(type) ? asText(bytes) : undefined;
  return text === undefined
    ? { body: bytes.toString('base64'), isBase64Encoded: true }
    : { body: text, isBase64Encoded: false };
};

/**
 * A request as API Gateway hands it to a function, payload format 2.0, but for the path, which is left as it was sent.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * @param now milliseconds
 */
export const eventOf = (
  { method, target = '/', headers, body }: EgressRequest,
  functionId: string,
  now: number,
): object => {
  const [rawPath = '/', ...rest] = target.split('?');
  const rawQueryString = rest.join('?');
  const { named, cookies } = headersOf(headers);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers: named,
    ...(rawQueryString !== '' && { queryStringParameters: parametersOf(rawQueryString) }),
    requestContext: {
      accountId: 'anonymous',
      apiId: functionId,
      domainName: named['x-forwarded-host'] ?? '',
      http: {
        method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: named['x-forwarded-for'] ?? '',
        userAgent: named['user-agent'] ?? '',
      },
      requestId: named['x-request-id'] ?? '',
      routeKey: '$default',
      stage: '$default',
      time: new Date(now).toISOString(),
      timeEpoch: now,
    },
    ...bodyOf(body, named['content-type']),
  };
};
