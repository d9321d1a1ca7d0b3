import type { ListOptions } from '../http/list.ts';
import { parameterNames } from '../http/paths.ts';
import type { AnyRoute } from '../http/route.ts';
import type { JsonSchema, SchemaBook } from './schemas.ts';

type Parameter = JsonSchema;

const pathParameters = (route: AnyRoute, book: SchemaBook): Parameter[] => {
  const declared = new Map(
    route.params ? book.properties(route.params).map(({ name, schema }) => [name, schema]) : [],
  );
  const parameters = parameterNames(route.path).map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: declared.get(name) ?? { type: 'string', minLength: 1 },
  }));
  if (!route.path.endsWith('/*')) return parameters;
  return [...parameters, { name: 'proxy', in: 'path', required: true, schema: { type: 'string' } }];
};

const queryParameters = (route: AnyRoute, book: SchemaBook): Parameter[] =>
  route.query
    ? book
        .properties(route.query)
        .map(({ name, schema, required }) => ({ name, in: 'query', required, schema }))
    : [];

const query = (name: string, description: string, schema: JsonSchema): Parameter => ({
  name,
  in: 'query',
  description,
  schema,
});

/** Parameters that many operations share, as components. */
export const sharedParameters: Record<string, Parameter> = {
  Page: query('page', 'Number of the page, from 1. Without any paging parameter the full list is answered.', {
    type: 'integer',
    minimum: 1,
    default: 1,
  }),
  PageSize: query('pageSize', 'Items on a page.', { type: 'integer', minimum: 1, maximum: 100, default: 20 }),
  SortDir: query('sortDir', 'Direction of the order.', { enum: ['asc', 'desc'], default: 'desc' }),
  Cursor: query('cursor', 'Where the page before ended: its `meta.next_cursor`. Not together with `page`.', {
    type: 'string',
  }),
  Q: query('q', 'Part of the name or id, in any case.', { type: 'string', maxLength: 256 }),
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'A repeat of the request with the same key within 24 hours gets the first answer again, and changes nothing.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x20-\\x7e]+$' },
  },
};

const shared = (...names: string[]): Parameter[] =>
  names.map((name) => ({ $ref: `#/components/parameters/${name}` }));

const paging = ({ sortBy, order }: ListOptions): Parameter[] => [
  ...shared('Page', 'PageSize'),
  query('sortBy', 'What to sort by; equal ones are sorted by id.', {
    enum: [...sortBy],
    default: order?.sortBy ?? 'createdAt',
  }),
  ...(order
    ? [query('sortDir', 'Direction of the order.', { enum: ['asc', 'desc'], default: order.sortDir })]
    : shared('SortDir')),
  ...shared('Cursor', 'Q'),
];

/** All parameters of an operation. */
export const parametersOf = (route: AnyRoute, book: SchemaBook): Parameter[] => [
  ...pathParameters(route, book),
  ...queryParameters(route, book),
  ...(route.list ? paging(route.list) : []),
  ...(route.idempotent === true || route.idempotent === 'encrypted' ? shared('IdempotencyKey') : []),
];
