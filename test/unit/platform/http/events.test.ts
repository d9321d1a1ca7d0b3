import { readdirSync, readFileSync } from 'node:fs';
import type { APIGatewayProxyEvent, APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { gatewayPath } from '../../../../lib/platform/http/paths.ts';
import { type ApiFunction, apiFunctions, restFunctions } from '../../../../lib/services/index.ts';

const folder = new URL('../../../../events/', import.meta.url);
const samples = readdirSync(folder)
  .filter((name) => name.startsWith('api-'))
  .map((name): [string, ApiFunction, APIGatewayProxyEventV2] => [
    name,
    name.split('-')[1] as ApiFunction,
    JSON.parse(readFileSync(new URL(name, folder), 'utf8')),
  ]);

describe('the sample events', () => {
  it.each(Object.keys(apiFunctions))('have one for %s', (name) => {
    expect(samples.some(([, context]) => context === name)).toBe(true);
  });

  it.each(samples.filter(([, name]) => restFunctions.includes(name)))(
    '%s is of a resource of the REST API that its function has',
    (_, name, event) => {
      const { resource } = event as unknown as APIGatewayProxyEvent;
      const first = apiFunctions[name].map(({ path }) => `/${path.split('/')[1]}`);
      expect(first).toContain(resource.replace(/\/\{proxy\+\}$/, ''));
    },
  );

  it.each(samples.filter(([, name]) => !restFunctions.includes(name)))(
    '%s is of a route that its function serves',
    (_, name, event) => {
      const keys = apiFunctions[name].map(({ method, path }) => `${method} ${gatewayPath(path)}`);
      expect(name === 'insight' ? ['$default', ...keys] : keys).toContain(event.routeKey);
      expect(event.version).toBe('2.0');
    },
  );
});
