import { lookup } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { checkUrl } from './check-url.ts';
import { EgressError } from './egress-error.ts';
import { guardedLookup, type Resolve } from './guarded-lookup.ts';
import type { EgressPolicy } from './policy.ts';
import { readCapped } from './read-capped.ts';

export type HeaderList = readonly (readonly [name: string, value: string])[];

export interface EgressRequest {
  url: string;
  /**
   * Path and query to ask for in place of the URL's own, byte for byte: the URL parser rewrites some (`'` in a query, dot
   * segments). Begins with `/`.
   */
  target?: string;
  method: string;
  /** In order, repeated ones too. `Host`, `Connection` and what frames the body are set here. */
  headers?: HeaderList;
  body?: Uint8Array | string;
  /** From now until the answer's last byte. */
  timeoutMilliseconds: number;
  /** An answer with a longer body is refused. */
  maxResponseBytes: number;
  /** Gives the request up. */
  signal?: AbortSignal;
}

export interface EgressResponse {
  status: number;
  /** In order, repeated ones too, names as the target wrote them. */
  headers: HeaderList;
  /** As it came: nothing is decompressed. */
  body: Buffer;
  milliseconds: number;
}

export interface Egress {
  /**
   * Sends one request, to a checked address, and gives its answer whatever its status: redirects are not followed.
   * @throws EgressError
   */
  fetch(request: EgressRequest): Promise<EgressResponse>;
}

export interface EgressOptions {
  policy: EgressPolicy;
  /** How names are resolved; the system's way by default. */
  resolve?: Resolve;
  /** Keeps connections for the next request to the same host; by default each has its own. */
  keepAlive?: boolean;
}

/** Milliseconds that an unused connection is kept: less than servers commonly do (Node 5 s, nginx 75 s). */
const idleMilliseconds = 4_000;

/** Methods that may be sent again where a kept connection turns out to be dead. RFC 9110, 9.2.2. */
const repeatable = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

const systemResolve: Resolve = (hostname) => lookup(hostname, { all: true, order: 'verbatim' });

const agentsOf = (keepAlive: boolean) => {
  const options = { keepAlive, timeout: idleMilliseconds, maxSockets: 256 };
  return { 'http:': new http.Agent(options), 'https:': new https.Agent(options) };
};

interface Sending {
  url: URL;
  request: EgressRequest;
  lookup: LookupFunction;
  agent: http.Agent;
  signal: AbortSignal;
}

const headersOf = ({ headers = [], body, method }: EgressRequest, { host }: URL): string[] => {
  const own = headers.filter(([name]) => !/^(host|connection|content-length|transfer-encoding)$/i.test(name));
  const length = body === undefined ? undefined : Buffer.byteLength(body);
  const needsLength = length !== undefined || !['GET', 'HEAD', 'OPTIONS', 'DELETE'].includes(method);
  return ['Host', host, ...own.flat(), ...(needsLength ? ['Content-Length', String(length ?? 0)] : [])];
};

const pairsOf = (raw: readonly string[]): HeaderList => {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) pairs.push([raw[i] as string, raw[i + 1] as string]);
  return pairs;
};

/** Sends once. `stale`: a kept connection was dead, nothing came back. */
const send = ({ url, request, lookup, agent, signal }: Sending) =>
  new Promise<Omit<EgressResponse, 'milliseconds'> | 'stale'>((done, fail) => {
    const { request: open } = url.protocol === 'https:' ? https : http;
    const outgoing = open({
      protocol: url.protocol,
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port,
      path: request.target ?? `${url.pathname}${url.search}`,
      method: request.method,
      headers: headersOf(request, url),
      agent,
      lookup,
      signal,
    });
    outgoing.on('response', (incoming) => {
      readCapped(incoming, request.maxResponseBytes).then(
        (body) => done({ status: incoming.statusCode ?? 502, headers: pairsOf(incoming.rawHeaders), body }),
        (error) => {
          outgoing.destroy();
          fail(error);
        },
      );
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      if (isStale) done('stale');
      else fail(error);
    });
    // An upgraded connection is nobody's: it would hold the request open until its time is over.
    outgoing.on('upgrade', (_incoming, socket) => {
      socket.destroy();
      fail(new EgressError('unreachable', 'the target answered with another protocol'));
    });
    outgoing.end(request.body);
  });

const asEgressError = (error: unknown, deadline: AbortSignal, given: AbortSignal | undefined) => {
  if (error instanceof EgressError) return error;
  if (deadline.aborted) return new EgressError('timeout', 'the target took too long', error);
  if (given?.aborted) return new EgressError('aborted', 'the request was given up', error);
  return new EgressError('unreachable', 'the target can not be reached', error);
};

/**
 * The one way out of the platform to an address that a tenant named: webhooks, cron and gateway use it. Nothing but a
 * checked address is ever connected to: literal addresses are judged in the URL, names in the connection's own look-up.
 */
export const createEgress = (options: EgressOptions): Egress => {
  const { policy, resolve = systemResolve, keepAlive = false } = options;
  const lookup = guardedLookup(resolve, policy);
  const fresh = agentsOf(false);
  const kept = keepAlive ? agentsOf(true) : fresh;

  return {
    async fetch(request) {
      const startedAt = performance.now();
      const checked = checkUrl(request.url, policy);
      if ('problem' in checked) throw new EgressError('forbidden', `the target ${checked.problem}`);
      const { url } = checked;
      const protocol = url.protocol as 'http:' | 'https:';
      const deadline = AbortSignal.timeout(request.timeoutMilliseconds);
      const signal = request.signal ? AbortSignal.any([deadline, request.signal]) : deadline;
      const sending = { url, request, lookup, signal };
      try {
        const agent = repeatable.has(request.method) ? kept[protocol] : fresh[protocol];
        let answer = await send({ ...sending, agent });
        if (answer === 'stale') answer = await send({ ...sending, agent: fresh[protocol] });
        if (answer === 'stale') throw new EgressError('unreachable', 'the target can not be reached');
        return { ...answer, milliseconds: Math.round(performance.now() - startedAt) };
      } catch (error) {
        throw asEgressError(error, deadline, request.signal);
      }
    },
  };
};
