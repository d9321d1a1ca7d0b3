import { isRecord } from '../template/types.ts';

/** What goes back to the client. */
export interface Answer {
  statusCode: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
}

/** An answer that API Gateway makes itself. */
export const gatewayAnswer = (statusCode: number, message: string): Answer => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ message })),
});

/**
 * Turns what a function answered into an HTTP answer, by payload format 2.0: an object with `statusCode` as it says,
 * anything else as the JSON body of a 200. `multiValueHeaders` belongs to format 1.0 and is not read, as on AWS.
 * A `statusCode` that is none gives 500.
 */
export const toAnswer = (result: unknown): Answer => {
  if (!isRecord(result) || !('statusCode' in result)) {
    const body = typeof result === 'string' ? result : JSON.stringify(result);
    return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) };
  }
  const statusCode = Number(result.statusCode);
  if (!Number.isInteger(statusCode) || statusCode < 100 || statusCode > 599)
    return gatewayAnswer(500, 'Internal Server Error');
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(isRecord(result.headers) ? result.headers : {}))
    if (value !== undefined && value !== null) headers[name.toLowerCase()] = String(value);
  if (Array.isArray(result.cookies) && result.cookies.length > 0)
    headers['set-cookie'] = result.cookies.map(String);
  const text =
    typeof result.body === 'string' ? result.body : result.body == null ? '' : JSON.stringify(result.body);
  const body = Buffer.from(text, result.isBase64Encoded === true ? 'base64' : 'utf8');
  if (body.length > 0) headers['content-type'] ??= 'text/plain;charset=utf-8';
  return { statusCode, headers, body };
};
