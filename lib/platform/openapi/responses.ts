import { catalogue, type ErrorType } from '../errors/index.ts';
import type { AnyRoute, Shape } from '../http/route.ts';
import { statusOf } from '../http/status.ts';
import { errorsOf } from './errors-of.ts';
import type { JsonSchema, SchemaBook } from './schemas.ts';

const header = (description: string, schema: JsonSchema = { type: 'string' }) => ({ description, schema });
const integer = { type: 'integer', minimum: 0 };

/** Headers by name, as components. */
export const headers: Record<string, JsonSchema> = {
  RequestId: header('The request’s `X-Request-ID`, or a new id.'),
  RateLimitLimit: header('Requests that can be made at once.', integer),
  RateLimitRemaining: header('Requests that are left.', integer),
  RateLimitReset: header('Seconds until none is missing.', integer),
  RetryAfter: header('Seconds after which to try again.', integer),
  Pagination: header('JSON: `{page, pageSize, total, totalPages, sortBy, sortDir}`; with paging parameters.'),
  Link: header('`rel="next"`, where a list without paging parameters has more than 1,000 items.'),
  Location: header('Path of what was created.'),
  Replayed: header('`true` where this is the first answer to the `Idempotency-Key` again.'),
};

const ref = (name: string) => ({ $ref: `#/components/headers/${name}` });

const successHeaders = (route: AnyRoute): Record<string, JsonSchema> => ({
  'X-Request-ID': ref('RequestId'),
  ...(route.list && { 'X-Pagination': ref('Pagination'), Link: ref('Link') }),
  ...(route.responds.status === 201 && { Location: ref('Location') }),
  ...((route.idempotent === true || route.idempotent === 'encrypted') && {
    'Idempotent-Replayed': ref('Replayed'),
  }),
});

const contentOf = (shape: Shape, data: JsonSchema): JsonSchema => {
  if (shape === 'text') return { 'text/plain': { schema: { type: 'string' } } };
  if (shape === 'raw') return { '*/*': { schema: { type: 'string' } } };
  const envelope = {
    type: 'object',
    required: ['data', 'meta'],
    properties: { data, meta: { $ref: '#/components/schemas/Meta' } },
  };
  return { 'application/json': { schema: shape === 'bare' ? data : envelope } };
};

const success = (route: AnyRoute, book: SchemaBook): JsonSchema => {
  const { body } = route.responds;
  const base = { description: route.summary, headers: successHeaders(route) };
  if (body === 'empty') return base;
  return { ...base, content: contentOf(route.shape ?? 'envelope', book.of(body, 'output')) };
};

const typesOf = (status: number): ErrorType[] =>
  (Object.keys(catalogue) as ErrorType[]).filter((type) => statusOf[catalogue[type]] === status);

/** Errors by status, as components: `Error404`. Which types a route can answer with stands in its `x-errors`. */
export const errorResponses = (): Record<string, JsonSchema> =>
  Object.fromEntries(
    [...new Set(Object.values(statusOf))].map((status) => [
      `Error${status}`,
      {
        description: typesOf(status)
          .map((type) => `\`${type}\``)
          .join(', '),
        headers: {
          'X-Request-ID': ref('RequestId'),
          ...(status === 429 && {
            'X-RateLimit-Limit': ref('RateLimitLimit'),
            'X-RateLimit-Remaining': ref('RateLimitRemaining'),
            'X-RateLimit-Reset': ref('RateLimitReset'),
          }),
          ...((status === 429 || status === 503) && { 'Retry-After': ref('RetryAfter') }),
        },
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    ]),
  );

/** All answers of an operation: the one success, and the errors by status. */
export const responsesOf = (route: AnyRoute, book: SchemaBook): JsonSchema => ({
  [route.responds.status]: success(route, book),
  ...(route.responds.accepted && { 202: success(route, book) }),
  ...Object.fromEntries(
    [...new Set(errorsOf(route).map((type) => statusOf[catalogue[type]]))]
      .sort((a, b) => a - b)
      .map((status) => [status, { $ref: `#/components/responses/Error${status}` }]),
  ),
});

/** Schemas that belong to no service. */
export const platformSchemas = (errorTypes: readonly string[]): Record<string, JsonSchema> => ({
  Meta: {
    type: 'object',
    required: ['timestamp'],
    properties: {
      request_id: { type: 'string' },
      timestamp: { type: 'string', format: 'date-time' },
      next_cursor: { type: 'string', description: 'For the parameter `cursor`; absent on the last page.' },
    },
  },
  Error: {
    type: 'object',
    required: ['error', 'meta'],
    properties: {
      error: {
        type: 'object',
        required: ['type', 'message', 'code'],
        properties: {
          type: { enum: [...errorTypes].sort() },
          message: { type: 'string' },
          code: { type: 'string', description: 'The type once more.' },
          details: {
            type: 'array',
            description: 'Everything that is wrong with the input.',
            items: {
              type: 'object',
              required: ['path', 'message'],
              properties: { path: { type: 'string' }, message: { type: 'string' } },
            },
          },
        },
      },
      meta: { $ref: '#/components/schemas/Meta' },
    },
  },
});
