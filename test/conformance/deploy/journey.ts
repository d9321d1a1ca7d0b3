import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from './request.ts';

/** Sends a request to the deployed API. */
export type Send = (
  method: string,
  path: string,
  options?: { body?: unknown; headers?: Record<string, string>; throughEdge?: boolean },
) => Promise<Answer>;

const json = ({ body }: Answer) => JSON.parse(body);

const expectStatus = (answer: Answer, status: number, what: string): void => {
  assert.equal(answer.status, status, `${what}: ${answer.status} ${answer.body.slice(0, 500)}`);
};

/** Without the header that the edge adds, nothing is served: the API can't be reached around it. */
export const refusesToBeGoneRound = async (send: Send): Promise<void> => {
  for (const [method, path] of [
    ['POST', '/auth/register'],
    ['GET', '/instances'],
    ['GET', '/no-such-path'],
  ] as const) {
    const body = method === 'POST' ? {} : undefined;
    const attempts: Record<string, string>[] = [{}, { 'x-origin-verify': 'guessed' }];
    for (const headers of attempts) {
      const answer = await send(method, path, { body, headers, throughEdge: false });
      expectStatus(answer, 403, `${method} ${path} round the edge`);
      assert.equal(json(answer).error.type, 'FORBIDDEN');
    }
  }
};

/** A newcomer registers, logs in, launches an instance and sees it run. @returns how long the instance took, in milliseconds */
export const launchesAnInstance = async (send: Send): Promise<number> => {
  const email = `newcomer-${randomBytes(4).toString('hex')}@example.com`;
  const password = `Tr1cky-${randomBytes(8).toString('hex')}`;
  expectStatus(
    await send('POST', '/auth/register', { body: { email, password, name: 'Newcomer' } }),
    201,
    'register',
  );
  const login = await send('POST', '/auth/login', { body: { email, password } });
  expectStatus(login, 200, 'log in');
  const headers = { 'x-api-key': json(login).data.api_key };

  expectStatus(await send('GET', '/instances'), 401, 'list without a key');
  expectStatus(await send('GET', '/health'), 200, 'health');
  const started = Date.now();
  const launch = await send('POST', '/instances', { headers, body: { name: 'first', image: 'al2023' } });
  expectStatus(launch, 201, 'launch');
  const { id } = json(launch).data;
  for (const deadline = started + 120_000; ; await delay(500)) {
    const read = await send('GET', `/instances/${id}`, { headers });
    expectStatus(read, 200, 'read the instance');
    const { status, status_reason: reason } = json(read).data;
    if (status === 'RUNNING') break;
    assert.notEqual(status, 'ERROR', `the instance ended in ERROR: ${reason}`);
    assert.ok(Date.now() < deadline, `the instance is still ${status} after two minutes`);
  }
  const took = Date.now() - started;
  expectStatus(await send('DELETE', `/instances/${id}`, { headers }), 200, 'delete');
  const list = await send('GET', '/instances', { headers });
  assert.deepEqual(json(list).data, [], 'a deleted instance leaves the list at once');
  return took;
};
