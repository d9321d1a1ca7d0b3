import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { builtInRoles } from '../../../../lib/platform/auth/roles.ts';
import { gatewayPath } from '../../../../lib/platform/http/paths.ts';
import { openApiDocument, operationId } from '../../../../lib/platform/openapi/document.ts';
import { documentationPage } from '../../../../lib/platform/openapi/page.ts';
import { permissionMatrix } from '../../../../lib/platform/openapi/permission-matrix.ts';
import { createSchemaBook } from '../../../../lib/platform/openapi/schemas.ts';
import { apiFunctions } from '../../../../lib/services/index.ts';
import { NewWidget, Widget, widgetRoutes } from '../http/widgets.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document that the test looks into
type Loose = any;

const names = new Map<z.core.$ZodType, string>([
  [Widget, 'Widget'],
  [NewWidget, 'NewWidget'],
]);
const document: Loose = openApiDocument(widgetRoutes, { version: '1.2.3', names });
const routes = Object.values(apiFunctions).flat();

const references = (value: Loose): string[] => {
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' ? [inner as string] : references(inner),
  );
};
const dangling = (whole: Loose): string[] =>
  references(whole).filter(
    (ref) =>
      ref
        .split('/')
        .slice(1)
        .reduce((node, step) => node?.[step], whole) === undefined,
  );

describe('the OpenAPI document', () => {
  it('describes an operation from its declaration alone', () => {
    const operation = document.paths['/widgets'].post;
    expect(operation).toMatchObject({
      operationId: 'postWidgets',
      'x-permission': 'instance:launch',
      security: [{ apiKey: [] }, { bearer: [] }],
      parameters: [{ $ref: '#/components/parameters/IdempotencyKey' }],
      requestBody: {
        content: { 'application/json': { schema: { $ref: '#/components/schemas/NewWidget' } } },
      },
    });
    expect(Object.keys(operation.responses)).toEqual([
      '201',
      '400',
      '401',
      '403',
      '413',
      '422',
      '429',
      '500',
      '503',
    ]);
    expect(operation.responses[201].content['application/json'].schema.properties.data).toEqual({
      $ref: '#/components/schemas/Widget',
    });
  });

  it('lists path, filter and paging parameters', () => {
    const { parameters } = document.paths['/widgets'].get;
    const named = parameters.map((one: Loose) => one.name ?? one.$ref.split('/').at(-1));
    expect(named).toEqual(['state', 'Page', 'PageSize', 'sortBy', 'SortDir', 'Cursor', 'Q']);
    expect(document.paths['/widgets/{id}'].get.parameters[0]).toMatchObject({
      name: 'id',
      in: 'path',
      required: true,
    });
  });

  it.each([
    ['bare', '/bare', 'application/json'],
    ['text', '/text', 'text/plain'],
    ['raw', '/raw', '*/*'],
  ])('tells the shape of a %s answer', (_, path, type) => {
    const operation = document.paths[path].get;
    expect(Object.keys(operation.responses[200].content)).toEqual([type]);
    expect(operation.security).toEqual([]);
  });

  it('of all routes has no reference to nothing, and unique operation ids', () => {
    const whole = openApiDocument(routes, { version: '1', names: new Map() });
    expect(dangling(whole)).toEqual([]);
    expect(dangling(document)).toEqual([]);
    expect(new Set(routes.map(operationId)).size).toBe(routes.length);
  });

  it('holds every route', () => {
    const paths: Loose = openApiDocument(routes, { version: '1', names: new Map() }).paths;
    const missing = routes.filter(({ method, path }) => {
      const documented = paths[gatewayPath(path).replace('+}', '}')] ?? {};
      const methods = method === 'ANY' ? ['get', 'post', 'put', 'patch', 'delete'] : [method.toLowerCase()];
      return methods.some((one) => !documented[one]);
    });
    expect(missing).toEqual([]);
  });

  it('gives a schema that differs by direction two names', () => {
    const Port = z.object({ port: z._default(z.int(), 80), alias: z.optional(z.string()) });
    const book = createSchemaBook(new Map([[Port, 'Port']]));
    expect(book.of(Port, 'output')).toEqual({ $ref: '#/components/schemas/Port' });
    expect(book.of(Port, 'input')).toEqual({ $ref: '#/components/schemas/PortInput' });
    const { Port: answered, PortInput: sent } = book.components() as Loose;
    expect([answered.required, sent.required]).toEqual([['port'], undefined]);
  });
});

describe('the documentation page', () => {
  const hostile = { ...widgetRoutes[0], summary: '<script>alert("x")</script>' } as (typeof widgetRoutes)[0];
  const page = documentationPage(
    openApiDocument([hostile, ...widgetRoutes.slice(1)], { version: '1', names }),
  );

  it('has every operation', () => {
    for (const route of widgetRoutes) expect(page).toContain(`id="${operationId(route)}"`);
  });

  it('runs no script, holds no inline style, loads nothing from elsewhere', () => {
    expect(page).not.toMatch(/<script|style=|https?:|\son\w+=/i);
    expect(page).toContain('&lt;script&gt;');
  });
});

describe('the permission matrix', () => {
  const matrix = permissionMatrix(routes, builtInRoles);

  it('has a row for each route', () => {
    for (const { method, path } of routes) expect(matrix).toContain(`| \`${method} ${path}\` |`);
  });

  it('names exactly the public routes of the contract and of its extensions', () => {
    const section = matrix.slice(matrix.indexOf('## Public routes'));
    const listed = [...section.matchAll(/^- `(\S+ \S+)`/gm)].map((match) => match[1]);
    expect(listed.sort()).toEqual([
      'ANY /gw/*',
      'GET /.well-known/jwks.json',
      'GET /health',
      'GET /health/live',
      'GET /health/ovs',
      'GET /health/ready',
      'GET /metrics',
      'GET /openapi.json',
      'GET /swagger/*',
      'POST /auth/forgot-password',
      'POST /auth/login',
      'POST /auth/register',
      'POST /auth/reset-password',
      'POST /auth/token',
    ]);
  });
});

describe('every declared route', () => {
  const mutating = routes
    .filter(({ method }) => method !== 'GET' && method !== 'HEAD')
    .map((route) => [`${route.method} ${route.path}`, route] as const);

  it.each(mutating)('%s says whether it honours Idempotency-Key', (_, route) =>
    expect(route.idempotent).toBeDefined(),
  );

  it('is declared once', () => {
    const keys = routes.map(({ method, path }) => `${method} ${path.replace(/:\w+/g, ':')}`);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
