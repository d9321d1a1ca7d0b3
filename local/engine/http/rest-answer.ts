import { isRecord } from '../template/types.ts';
import type { Answer } from './answer.ts';
import type { RestApi } from './rest-api.ts';

/** Messages of the gateway's own, by the name of the failure; each has the status where the template sets none. */
const failures = {
  MISSING_AUTHENTICATION_TOKEN: [403, 'Missing Authentication Token'],
  REQUEST_TOO_LARGE: [413, 'Request Too Long'],
  INTEGRATION_TIMEOUT: [504, 'Endpoint request timed out'],
  API_CONFIGURATION_ERROR: [500, 'Internal server error'],
} as const;

/** What the gateway answers without, or in place of, a function: as the template's gateway responses say. */
export const gatewayFailure = (api: RestApi, type: keyof typeof failures, requestId: string): Answer => {
  const [status, message] = failures[type];
  const response = api.responses.get(type) ?? api.responses.get(status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
  const template = response?.template ?? '{"message":$context.error.messageString}';
  const body = template
    .replaceAll('$context.requestId', requestId)
    .replaceAll('$context.error.messageString', JSON.stringify(message));
  const headers: Answer['headers'] = { 'content-type': 'application/json' };
  for (const [name, value] of Object.entries(response?.headers ?? {}))
    headers[name.toLowerCase()] = value === 'context.requestId' ? requestId : value.replace(/^'|'$/g, '');
  return { statusCode: response?.statusCode ?? status, headers, body: Buffer.from(body) };
};

/** Names that a REST API gives an answer's header in place of its own. */
const remapped = new Set(['connection', 'content-length', 'date', 'server', 'www-authenticate']);

/**
 * Turns what a function answered into an HTTP answer, by payload format 1.0; `undefined` where it is none.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export const toRestResponse = (result: unknown, { binary }: Pick<RestApi, 'binary'>): Answer | undefined => {
  if (!isRecord(result)) return undefined;
  const statusCode = Number(result.statusCode);
  const { body = '' } = result;
  if (!Number.isInteger(statusCode) || statusCode < 100 || statusCode > 599) return undefined;
  if (body !== null && typeof body !== 'string') return undefined;
  const headers: Record<string, string[]> = Object.create(null);
  const add = (name: string, value: unknown) => {
    const own = name.toLowerCase();
    const key = remapped.has(own) ? `x-amzn-remapped-${own}` : own;
    headers[key] = [...(headers[key] ?? []), String(value)];
  };
  const several = isRecord(result.multiValueHeaders) ? result.multiValueHeaders : {};
  for (const [name, values] of Object.entries(several))
    for (const value of Array.isArray(values) ? values : [values]) add(name, value);
  for (const [name, value] of Object.entries(isRecord(result.headers) ? result.headers : {}))
    if (!(name.toLowerCase() in headers)) add(name, value);
  if (!headers['content-type']) headers['content-type'] = ['application/json'];
  const encoding = result.isBase64Encoded === true && binary ? 'base64' : 'utf8';
  return { statusCode, headers, body: Buffer.from(body ?? '', encoding) };
};
