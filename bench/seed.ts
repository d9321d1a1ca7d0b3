import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { identityKeys } from '../lib/platform/auth/records.ts';
import type { Tables } from '../lib/platform/table/types.ts';
import { lambdaContext } from './children/context.ts';

/** An HTTP API event, payload format 2.0. */
export const httpEvent = (
  method: string,
  path: string,
  route: string,
  options: { key?: string; body?: unknown; pathParameters?: Record<string, string> } = {},
) => ({
  version: '2.0',
  routeKey: `${method} ${route}`,
  rawPath: path,
  rawQueryString: '',
  headers: {
    'user-agent': 'bench',
    'content-type': 'application/json',
    ...(options.key ? { 'x-api-key': options.key } : {}),
  },
  requestContext: {
    accountId: '000000000000',
    apiId: 'bench',
    domainName: 'bench.execute-api.us-east-1.amazonaws.com',
    domainPrefix: 'bench',
    http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'bench' },
    requestId: 'bench',
    routeKey: `${method} ${route}`,
    stage: '$default',
    time: '21/Nov/2026:10:00:00 +0000',
    timeEpoch: 1_795_255_200_000,
  },
  pathParameters: options.pathParameters,
  body: options.body === undefined ? undefined : JSON.stringify(options.body),
  isBase64Encoded: false,
});

export interface Candidate {
  name: string;
  /** File with the event, and the status that it must be answered with. */
  event: string;
  status: number;
}

/**
 * Registers a user, logs in and makes an instance, a VPC and a volume through the built functions themselves, and writes
 * one event for each candidate: each reads one item, as the yardstick does. Sets `BENCH_PARTITION`, under which the yardstick finds the same instance.
 */
export const seed = async (tables: Tables, functions: string, folder: string): Promise<Candidate[]> => {
  const load = async (name: string) =>
    (await import(pathToFileURL(join(functions, name, 'index.mjs')).href)).handler;
  const identity = await load('api-identity');
  const [compute, network, storage] = await Promise.all(
    ['api-compute', 'api-network', 'api-storage'].map(load),
  );
  const call = async (handler: typeof identity, event: object) => {
    const answer = await handler(event, lambdaContext('seed'));
    if (answer.statusCode >= 300)
      throw new Error(`seeding was answered ${answer.statusCode}: ${answer.body}`);
    return JSON.parse(answer.body).data;
  };
  const account = async (email: string, role?: string): Promise<string> => {
    const user = { email, password: 'Correct-horse-battery-9' };
    const register = { body: { ...user, name: 'Bench' } };
    const { id } = await call(identity, httpEvent('POST', '/auth/register', '/auth/register', register));
    if (role) await tables.write({ update: identityKeys.user(id), set: { role } });
    const loggedIn = await call(identity, httpEvent('POST', '/auth/login', '/auth/login', { body: user }));
    return loggedIn.api_key;
  };
  const key = await account('bench@example.com');
  const administrator = await account('administrator@example.com', 'admin');
  const make = (handler: typeof identity, path: string, body: object) =>
    call(handler, httpEvent('POST', path, path, { key, body: { name: 'bench', ...body } }));
  const instance = await make(compute, '/instances', { image: 'ubuntu-24.04' });
  const vpc = await make(network, '/vpcs', { cidr_block: '10.0.0.0/16' });
  const volume = await make(storage, '/volumes', { size_gb: 1 });
  process.env.BENCH_PARTITION = `T#${instance.user_id}#INSTANCE`;

  const get = (path: string, id: string) =>
    httpEvent('GET', `${path}/${id}`, `${path}/{id}`, { key, pathParameters: { id } });
  const byId = get('/instances', instance.id);
  const events: Record<string, object> = {
    bare: byId,
    empty: byId,
    'api-compute': byId,
    'api-network': get('/vpcs', vpc.id),
    'api-storage': get('/volumes', volume.id),
    'api-identity': httpEvent('GET', '/rbac/roles/developer', '/rbac/roles/{id}', {
      key: administrator,
      pathParameters: { id: 'developer' },
    }),
    'api-telemetry': httpEvent('GET', `/instances/${instance.id}/logs`, '/instances/{id}/logs', {
      key,
      pathParameters: { id: instance.id },
    }),
    'api-insight': httpEvent('GET', '/health/live', '/health/live'),
  };
  const candidates: Candidate[] = [];
  for (const [name, event] of Object.entries(events)) {
    const file = join(folder, `${name}.json`);
    await writeFile(file, JSON.stringify(event));
    // The instance is not launched yet, so there are no logs: what is timed is the whole way to that answer.
    candidates.push({ name, event: file, status: name === 'api-telemetry' ? 409 : 200 });
  }
  return candidates;
};
