import { describe, expect, it } from 'vitest';
import type { Secrets } from '../../../../lib/services/secrets/service.ts';
import { secretsRoutes } from '../../../../lib/services/secrets-routes.ts';
import { badFields } from '../../../integration/bad-input-tables.ts';
import { namedBy } from '../../../support/wire.ts';
import { served } from '../../platform/http/harness.ts';

/** Nothing of it may be reached. */
const secrets = new Proxy({} as Secrets, {
  get: (_, name) => () => Promise.reject(new Error(`secrets.${String(name)} was called`)),
});
const api = served(secretsRoutes, { secrets });

describe('bad input for a secret', () => {
  const rows = badFields.filter(([, , path]) => path.startsWith('/secrets'));

  it.each(rows)('%s in %s %s is refused by its name, and its value is not repeated', async (...row) => {
    const [, method, target, body, field] = row;
    const [path = '', query] = target.split('?');
    const answer = await api.call({ method, path, query, body, headers: { 'X-API-Key': 'admin' } });
    expect([answer.statusCode, answer.json.error.type]).toEqual([400, 'INVALID_INPUT']);
    expect(namedBy({ body: answer.json } as Parameters<typeof namedBy>[0])).toContain(field);
    expect(String(answer.body).length).toBeLessThan(1_000);
  });
});
