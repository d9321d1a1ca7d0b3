import type * as z from 'zod/mini';
import { catalogue } from '../errors/index.ts';
import { gatewayPath } from '../http/paths.ts';
import type { AnyRoute } from '../http/route.ts';
import { errorsOf } from './errors-of.ts';
import { parametersOf, sharedParameters } from './parameters.ts';
import { errorResponses, headers, platformSchemas, responsesOf } from './responses.ts';
import { createSchemaBook, type JsonSchema, type SchemaBook } from './schemas.ts';

/** `GET /instances/:id` → `getInstancesId`: unique, and steady as long as the path is. */
export const operationId = ({ method, path }: Pick<AnyRoute, 'method' | 'path'>): string =>
  method.toLowerCase() +
  path
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word[0]?.toUpperCase() + word.slice(1))
    .join('');

/** The methods that an `ANY` route is documented with. */
const anyMethod = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** The route, or one for each method where it takes any. */
const byMethod = (route: AnyRoute): AnyRoute[] =>
  route.method === 'ANY' ? anyMethod.map((method) => ({ ...route, method })) : [route];

const shapeNote = 'Clients whose User-Agent starts with `go-resty/` get the data bare, without the envelope.';

const descriptionOf = ({ description, shape, idempotent }: AnyRoute): string | undefined => {
  const exemption =
    typeof idempotent === 'object' ? `Takes no \`Idempotency-Key\`: ${idempotent.exempt}.` : undefined;
  const parts = [description, shape === 'split' ? shapeNote : undefined, exemption].filter(
    (part) => part !== undefined,
  );
  return parts.length === 0 ? undefined : parts.join('\n\n');
};

const operation = (route: AnyRoute, book: SchemaBook): JsonSchema => {
  const description = descriptionOf(route);
  const parameters = parametersOf(route, book);
  return {
    operationId: operationId(route),
    summary: route.summary,
    ...(description !== undefined && { description }),
    tags: [route.path.split('/')[1] ?? ''],
    'x-permission': route.permission,
    security: route.permission === 'public' ? [] : [{ apiKey: [] }, { bearer: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: book.of(route.body, 'input') } },
      },
    }),
    responses: responsesOf(route, book),
    'x-errors': errorsOf(route),
  };
};

/**
 * The OpenAPI 3.1 document of the routes.
 *
 * @param names schemas that become components, with their names
 */
export const openApiDocument = (
  routes: readonly AnyRoute[],
  options: { version: string; names: ReadonlyMap<z.core.$ZodType, string> },
): JsonSchema => {
  const book = createSchemaBook(options.names);
  // What is answered gives a schema its plain name, so it is looked at first.
  for (const { responds } of routes) if (responds.body !== 'empty') book.of(responds.body, 'output');
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const route of routes
    .flatMap(byMethod)
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))) {
    const path = gatewayPath(route.path).replace('{proxy+}', '{proxy}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, book) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'The Cloud',
      version: options.version,
      description:
        'Instances, networks, storage and more, in your own AWS account. Every answer has `X-Request-ID`, and all but health and metrics `X-RateLimit-Limit`, `-Remaining` and `-Reset`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map(({ path }) => path.split('/')[1] ?? ''))].sort().map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      },
      headers,
      parameters: sharedParameters,
      responses: errorResponses(),
      schemas: { ...platformSchemas(Object.keys(catalogue)), ...book.components() },
    },
  };
};
