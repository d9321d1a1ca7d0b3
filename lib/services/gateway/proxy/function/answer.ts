import * as z from 'zod/mini';
import type { EgressResponse, HeaderList } from '../../../../platform/egress/egress.ts';

/** RFC 9110, 5.6.2 and 5.5: what a header's name and value are made of. */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const Value = z.pipe(
  z.union([z.string(), z.number(), z.boolean()]),
  z.pipe(
    z.transform((value: string | number | boolean) => String(value)),
    z.string().check(z.regex(fieldValue)),
  ),
);

/** The answer of a function in API Gateway's payload format 2.0. */
const FunctionAnswer = z.object({
  statusCode: z.int().check(z.gte(200), z.lte(599)),
  headers: z.nullish(z.record(z.string().check(z.regex(token)), Value)),
  cookies: z.nullish(z.array(Value)),
  body: z.nullish(z.string()),
  isBase64Encoded: z.nullish(z.boolean()),
});

const plain = 'text/plain; charset=utf-8';

/** Statuses that have no body: RFC 9110, 6.4.1. */
const isBare = (status: number): boolean => status === 204 || status === 205 || status === 304;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not JSON, and so no answer of this form.
    return undefined;
  }
};

/** A response of HTTP, from the JSON that a function gave; `undefined` where it has another form. */
const fromJson = (text: string, method: string): EgressResponse | undefined => {
  const { success, data } = z.safeParse(FunctionAnswer, parsed(text));
  if (!success) return undefined;
  const { statusCode: status, headers, cookies, body, isBase64Encoded } = data;
  if (isBase64Encoded && !base64.test(body ?? '')) return undefined;
  const list: HeaderList = [
    ...Object.entries(headers ?? {}),
    ...(cookies ?? []).map((cookie) => ['Set-Cookie', cookie] as const),
  ];
  const typed = list.some(([name]) => name.toLowerCase() === 'content-type');
  const bare = isBare(status) || method === 'HEAD';
  return {
    status,
    headers: typed || isBare(status) || !body ? list : [...list, ['Content-Type', plain]],
    body: bare ? Buffer.alloc(0) : Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
    milliseconds: 0,
  };
};

/**
 * What a plain handler gave back, or what a process has printed, as a response: a process may print such an object, and
 * whatever else it prints is the text of a 200.
 * @returns undefined where it is no answer
 */
export const answerOf = (
  { model, result, logs }: { model: 'process' | 'handler'; result?: string; logs: string },
  method: string,
): EgressResponse | undefined => {
  if (model === 'handler') return fromJson(result ?? '', method);
  return (
    fromJson(logs, method) ?? {
      status: 200,
      headers: [['Content-Type', plain]],
      body: Buffer.from(method === 'HEAD' ? '' : logs),
      milliseconds: 0,
    }
  );
};
