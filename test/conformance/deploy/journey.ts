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

/**
 * The REST API takes any path, method and bytes to its function, and answers what it has no resource for in our envelope.
 * @param send to the REST API, paths with its stage
 */
export const passesTheRestApi = async (send: Send): Promise<void> => {
  for (const [method, path] of [
    ['GET', '/edge/gw/none/a%2Fb?q=%27'],
    ['PUT', '/edge/gw/none'],
    ['GET', '/edge/gw'],
  ] as const) {
    const answer = await send(method, path, { body: method === 'PUT' ? { any: 'thing' } : undefined });
    expectStatus(answer, 404, `${method} ${path} through the REST API`);
    assert.equal(json(answer).error.message, 'no gateway route takes this request');
  }
  const round = await send('GET', '/edge/gw/none', { throughEdge: false });
  expectStatus(round, 403, 'the REST API round the edge');
  assert.equal(json(round).error.type, 'FORBIDDEN');
};

/** What a newcomer signs requests with. */
export type Key = Record<string, string>;

/** A newcomer registers and logs in. */
export const joins = async (send: Send): Promise<Key> => {
  const email = `newcomer-${randomBytes(4).toString('hex')}@example.com`;
  const password = `Tr1cky-${randomBytes(8).toString('hex')}`;
  expectStatus(
    await send('POST', '/auth/register', { body: { email, password, name: 'Newcomer' } }),
    201,
    'register',
  );
  const login = await send('POST', '/auth/login', { body: { email, password } });
  expectStatus(login, 200, 'log in');
  expectStatus(await send('GET', '/instances'), 401, 'list without a key');
  expectStatus(await send('GET', '/health'), 200, 'health');
  return { 'x-api-key': json(login).data.api_key };
};

/** Every value that a byte can have, each next to each other one. */
const everyPair = Buffer.from(
  Array.from({ length: 256 * 256 * 2 }, (_, at) => (at % 2 === 0 ? at >> 9 : (at >> 1) & 0xff)),
);

/**
 * Bytes go through the REST API, its function and S3, and come back as they were, whole and in part.
 * @param send to the REST API, paths with its stage
 */
export const keepsEveryByte = async (send: Send, headers: Key): Promise<void> => {
  const path = '/edge/storage/proof/every/byte.bin';
  for (const type of ['application/octet-stream', 'application/json', 'text/plain']) {
    const put = await send('PUT', path, { headers: { ...headers, 'content-type': type }, body: everyPair });
    expectStatus(put, 201, `store an object as ${type}`);
    const accepting = { ...headers, accept: '*/*' };
    const whole = await send('GET', path, { headers: accepting });
    expectStatus(whole, 200, 'get the object');
    assert.ok(whole.bytes.equals(everyPair), `${type}: other bytes than were sent`);
    const part = await send('GET', path, { headers: { ...accepting, range: 'bytes=510-1021' } });
    expectStatus(part, 206, 'get a part of it');
    assert.ok(part.bytes.equals(everyPair.subarray(510, 1022)), `${type}: another part than was asked for`);
  }
  expectStatus(await send('DELETE', path, { headers }), 204, 'delete the object');
  expectStatus(await send('GET', path, { headers }), 404, 'get what was deleted');
};

interface Shown {
  id: string;
  status: string;
  status_reason?: string;
  provider_id?: string;
}

/** Reads a resource until it is as wanted. @returns how long it took, in milliseconds */
const becomes = async (
  send: Send,
  headers: Key,
  path: string,
  isReady: (shown: Shown) => boolean,
): Promise<number> => {
  const started = Date.now();
  for (const deadline = started + 120_000; ; await delay(500)) {
    const read = await send('GET', path, { headers });
    expectStatus(read, 200, `read ${path}`);
    const shown: Shown = json(read).data;
    if (isReady(shown)) return Date.now() - started;
    assert.notEqual(shown.status, 'ERROR', `${path} ended in ERROR: ${shown.status_reason}`);
    assert.ok(Date.now() < deadline, `${path} after two minutes: ${read.body}`);
  }
};

/** AWS has it, and nothing is waited for. */
const isMade = ({ provider_id, status_reason }: Shown): boolean =>
  provider_id !== undefined && status_reason === undefined;

const made = async (send: Send, headers: Key, path: string, body: object): Promise<Shown> => {
  const answer = await send('POST', path, { headers, body });
  expectStatus(answer, 201, `POST ${path}`);
  return json(answer).data;
};

/** Launches an instance, sees it run and deletes it. @returns how long the instance took, in milliseconds */
export const launchesAnInstance = async (send: Send, headers: Key): Promise<number> => {
  const { id } = await made(send, headers, '/instances', { name: 'first', image: 'al2023' });
  const took = await becomes(send, headers, `/instances/${id}`, ({ status }) => status === 'RUNNING');
  expectStatus(await send('DELETE', `/instances/${id}`, { headers }), 200, 'delete');
  const list = await send('GET', '/instances', { headers });
  assert.deepEqual(json(list).data, [], 'a deleted instance leaves the list at once');
  return took;
};

/** Makes a VPC with a public subnet and waits for both. */
export const makesANetwork = async (send: Send, headers: Key): Promise<{ vpc: string; subnet: string }> => {
  const vpc = await made(send, headers, '/vpcs', { name: 'net', cidr_block: '10.20.0.0/16' });
  const subnet = await made(send, headers, `/vpcs/${vpc.id}/subnets`, {
    name: 'front',
    cidr_block: '10.20.1.0/24',
  });
  await becomes(send, headers, `/vpcs/${vpc.id}`, isMade);
  await becomes(send, headers, `/subnets/${subnet.id}`, isMade);
  return { vpc: vpc.id, subnet: subnet.id };
};

/** Makes a volume and waits for it. A gp2: the emulator leaves out the throughput of a gp3, which is then asked for without end. */
export const makesAVolume = async (send: Send, headers: Key): Promise<string> => {
  const { id } = await made(send, headers, '/volumes', { name: 'disk', size_gb: 1, type: 'gp2' });
  await becomes(send, headers, `/volumes/${id}`, isMade);
  return id;
};

/** Deletes what nothing uses, and waits until its quota is free: only then AWS has said that it is gone. */
export const deletes = async (send: Send, headers: Key, path: string, quota: string): Promise<void> => {
  expectStatus(await send('DELETE', path, { headers }), 200, `DELETE ${path}`);
  for (const deadline = Date.now() + 120_000; ; await delay(500)) {
    const read = await send('GET', '/quotas', { headers });
    expectStatus(read, 200, 'read the quotas');
    const quotas: { resource: string; used: number }[] = json(read).data;
    if (quotas.find(({ resource }) => resource === quota)?.used === 0) return;
    assert.ok(Date.now() < deadline, `${path} is not gone after two minutes`);
  }
};
