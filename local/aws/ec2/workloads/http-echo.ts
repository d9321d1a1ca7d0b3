import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import * as z from 'zod/mini';

/** One published pair; both from 1 to 65,535. */
export interface PublishedPair {
  /** On the machine. */
  host: number;
  container: number;
}

/** What the server says of the machine it runs on. */
export interface Identity {
  instanceId: string;
  name: string;
  privateAddress: string;
}

const Port = z.int().check(z.gte(1), z.lte(65_535));
const WorkloadLine = z.object({
  workload: z.literal('http-echo'),
  ports: z.array(z.object({ host: Port, container: Port })),
});

const maxDelayMilliseconds = 60_000;

const parseLine = (line: string): PublishedPair[] | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    const parsed = WorkloadLine.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data.ports : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/**
 * The pairs that user data asks to serve: those of the line of JSON by which the platform's own HTTP echo is known
 * (`lib/services/instances/echo-host.ts`). Undefined for any other user data.
 *
 * @param userData in base64
 */
export const httpEchoPairs = (userData: string | undefined): PublishedPair[] | undefined => {
  if (userData === undefined) return undefined;
  for (const line of Buffer.from(userData, 'base64').toString().split('\n')) {
    const pairs = parseLine(line);
    if (pairs) return pairs;
  }
  return undefined;
};

/** The number in `/status/<number>` and its like. */
const numberAfter = (word: string, url: string): number | undefined => {
  const [, first, second = '', ...more] = (url.split('?')[0] ?? '').split('/');
  return first === word && more.length === 0 && /^\d+$/.test(second) ? Number(second) : undefined;
};

const describeRequest = (request: IncomingMessage, identity: Identity): string =>
  JSON.stringify({
    instance_id: identity.instanceId,
    name: identity.name,
    private_ip: identity.privateAddress,
    method: request.method,
    path: request.url,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
    ),
    remote: request.socket.remoteAddress,
  });

const answer = (request: IncomingMessage, response: ServerResponse, identity: Identity): void => {
  const asked = numberAfter('status', request.url ?? '');
  const status = asked !== undefined && asked >= 200 && asked <= 599 ? asked : 200;
  response.statusCode = status;
  response.setHeader('x-instance-id', identity.instanceId);
  const { 'content-length': length, 'transfer-encoding': encoding, 'content-type': type } = request.headers;
  if (status === 204 || status === 304) {
    response.end();
  } else if (Number(length ?? 0) > 0 || encoding !== undefined) {
    response.setHeader('content-type', type ?? 'application/octet-stream');
    if (length !== undefined) response.setHeader('content-length', length);
    request.pipe(response);
  } else {
    const body = describeRequest(request, identity);
    response.setHeader('content-type', 'application/json');
    response.setHeader('content-length', Buffer.byteLength(body));
    response.end(body);
  }
};

/** The server that the platform's user data would run on AWS, answering as that one does. */
export const createEchoServer = (identity: Identity): Server =>
  createServer((request, response) => {
    const delay = numberAfter('delay', request.url ?? '');
    if (delay === undefined) {
      answer(request, response, identity);
      return;
    }
    const timer = setTimeout(
      () => answer(request, response, identity),
      Math.min(delay, maxDelayMilliseconds),
    );
    response.on('close', () => clearTimeout(timer));
  });
