import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createEgress, type EgressRequest } from '../../../../lib/platform/egress/egress.ts';
import { EgressError } from '../../../../lib/platform/egress/egress-error.ts';
import type { Resolve } from '../../../../lib/platform/egress/guarded-lookup.ts';
import { egressPolicy } from '../../../../lib/platform/egress/policy.ts';
import { forbiddenUrls } from './corpus.ts';

const servers: Server[] = [];

/** A server on this machine, and how often it was asked. */
const serve = async (listener: RequestListener) => {
  let asked = 0;
  const server = createServer((request, response) => {
    asked++;
    listener(request, response);
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()));
  const { port } = server.address() as AddressInfo;
  return { port, server, asked: () => asked };
};

afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

const local = egressPolicy({ ranges: [], allowLoopback: true });
const strict = egressPolicy({ ranges: [], allowLoopback: false });
const to = (...addresses: string[]): Resolve => {
  const answers = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return async () => answers;
};
const get = (url: string, more: Partial<EgressRequest> = {}): EgressRequest => ({
  url,
  method: 'GET',
  timeoutMilliseconds: 5_000,
  maxResponseBytes: 10_000,
  ...more,
});
const reasonOf = (sent: Promise<unknown>): Promise<string> =>
  sent.then(
    () => 'answered',
    (error) => (error instanceof EgressError ? error.reason : `${error}`),
  );

describe('what may be connected to', () => {
  it.each([
    ['a private address', ['10.0.0.5']],
    ['the metadata service', ['169.254.169.254']],
    ['the metadata service over IPv6', ['fd00:ec2::254']],
    ['this machine', ['127.0.0.1']],
    ['this machine over IPv6', ['::1']],
    ['this machine in IPv6 spelling', ['::ffff:127.0.0.1']],
    ['a private address behind NAT64', ['64:ff9b::a00:1']],
    ['an address with a zone', ['fe80::1%eth0']],
    ['one forbidden among public ones', ['93.184.216.34', '10.0.0.5']],
    ['no address at all', ['not an address']],
  ])('a name that resolves to %s is not', async (_, addresses) => {
    const { port, asked } = await serve((_request, response) => response.end());
    const egress = createEgress({ policy: strict, resolve: to(...addresses) });
    expect(await reasonOf(egress.fetch(get(`http://rebind.example:${port}/`)))).toBe('forbidden');
    expect(asked()).toBe(0);
  });

  it.each(Object.values(forbiddenUrls).map((urls) => [urls[0] as string, urls] as const))(
    'URLs such as %j are not, and are not resolved',
    async (_, urls) => {
      let resolved = 0;
      const resolve: Resolve = async () => {
        resolved++;
        return [{ address: '127.0.0.1', family: 4 }];
      };
      const egress = createEgress({ policy: strict, resolve });
      const reasons = await Promise.all(urls.map((url) => reasonOf(egress.fetch(get(url)))));
      expect(new Set(reasons)).toEqual(new Set(['forbidden']));
      expect(resolved).toBe(0);
    },
  );

  it('a name that answers otherwise a moment later reaches the address that was checked, or none', async () => {
    const { port, asked } = await serve((_request, response) => response.end('inside'));
    const answers = [['192.0.2.1', '127.0.0.1'], ['127.0.0.1']];
    let turn = 0;
    const opened = egressPolicy({ ranges: ['192.0.2.0/24'], allowLoopback: false });
    const resolve: Resolve = async () =>
      (answers[Math.min(turn++, 1)] ?? []).map((address) => ({ address, family: 4 }));
    const egress = createEgress({ policy: opened, resolve });
    expect(await reasonOf(egress.fetch(get(`http://rebind.example:${port}/`)))).toBe('forbidden');
    expect(turn).toBe(1);
    expect(await reasonOf(egress.fetch(get(`http://rebind.example:${port}/`)))).toBe('forbidden');
    expect(turn).toBe(2);
    expect(asked()).toBe(0);
  });

  it('a name is asked for once for each connection', async () => {
    const { port } = await serve((_request, response) => response.end('here'));
    let turn = 0;
    const resolve: Resolve = async () => [{ address: turn++ === 0 ? '127.0.0.1' : '10.0.0.1', family: 4 }];
    const egress = createEgress({ policy: local, resolve });
    const answer = await egress.fetch(get(`http://name.example:${port}/`));
    expect(answer.body.toString()).toBe('here');
    expect(turn).toBe(1);
  });

  it('a redirect into the forbidden is an answer like any other', async () => {
    const { port, asked } = await serve((_request, response) =>
      response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end(),
    );
    const answer = await createEgress({ policy: local }).fetch(get(`http://127.0.0.1:${port}/`));
    expect(answer.status).toBe(302);
    expect(asked()).toBe(1);
  });
});

describe('what is sent', () => {
  it('path, query, headers and body go out as they are', async () => {
    let seen: { url?: string; raw: string[]; body: Buffer } | undefined;
    const { port } = await serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      seen = { url: request.url, raw: request.rawHeaders, body: Buffer.concat(chunks) };
      response.writeHead(200, [
        ['X-One', 'a'],
        ['X-One', 'b'],
      ] as never);
      response.end(Buffer.from([0, 255, 10]));
    });
    const body = Uint8Array.from({ length: 256 }, (_, i) => i);
    const answer = await createEgress({ policy: local }).fetch(
      get(`http://127.0.0.1:${port}/`, {
        method: 'POST',
        target: "/a%2Fb//c?q='x'&q=%27",
        headers: [
          ['X-A', '1'],
          ['x-a', '2'],
          ['host', 'elsewhere.example'],
          ['Transfer-Encoding', 'chunked'],
        ],
        body,
      }),
    );
    expect(seen?.url).toBe("/a%2Fb//c?q='x'&q=%27");
    expect(seen?.raw).toEqual(expect.arrayContaining(['X-A', '1', 'x-a', '2', 'Content-Length', '256']));
    expect(seen?.raw).toContain(`127.0.0.1:${port}`);
    expect(seen?.raw).not.toContain('elsewhere.example');
    expect(seen?.raw).not.toContain('Transfer-Encoding');
    expect([...(seen?.body ?? [])]).toEqual([...body]);
    expect(answer.headers.filter(([name]) => name === 'X-One')).toEqual([
      ['X-One', 'a'],
      ['X-One', 'b'],
    ]);
    expect([...answer.body]).toEqual([0, 255, 10]);
  });
});

describe('what comes back in the end', () => {
  const egress = createEgress({ policy: local });

  it.each([
    ['timeout', 'before it answers', () => undefined],
    [
      'timeout',
      'in the middle of its answer',
      (response: import('node:http').ServerResponse) => response.write('x'),
    ],
  ])('is a %s where the target stops %s', async (reason, _, answer) => {
    const { port } = await serve((_request, response) => void answer(response));
    const sent = egress.fetch(get(`http://127.0.0.1:${port}/`, { timeoutMilliseconds: 50 }));
    expect(await reasonOf(sent)).toBe(reason);
  });

  it('is a timeout where the name server does not answer', async () => {
    const slow = createEgress({ policy: local, resolve: () => new Promise(() => undefined) });
    expect(await reasonOf(slow.fetch(get('http://name.example/', { timeoutMilliseconds: 50 })))).toBe(
      'timeout',
    );
  });

  it('is refused where the answer has more bytes than allowed', async () => {
    const { port } = await serve((_request, response) => response.end(Buffer.alloc(11)));
    const url = `http://127.0.0.1:${port}/`;
    expect(await reasonOf(egress.fetch(get(url, { maxResponseBytes: 10 })))).toBe('too_large');
    expect(await reasonOf(egress.fetch(get(url, { maxResponseBytes: 11 })))).toBe('answered');
  });

  it('is a failure where the connection breaks, nobody listens, or the name is unknown', async () => {
    const { port, server } = await serve((request) => request.socket.destroy());
    expect(await reasonOf(egress.fetch(get(`http://127.0.0.1:${port}/`)))).toBe('unreachable');
    await new Promise((done) => server.close(done));
    expect(await reasonOf(egress.fetch(get(`http://127.0.0.1:${port}/`)))).toBe('unreachable');
    const lost = createEgress({ policy: local, resolve: async () => [] });
    expect(await reasonOf(lost.fetch(get('http://name.example/')))).toBe('unresolved');
  });

  it('is a failure where the target changes the protocol', async () => {
    const { port, server } = await serve(() => undefined);
    server.on('upgrade', (_request, socket) =>
      socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
    );
    const headers = [['Upgrade', 'x']] as const;
    const sent = egress.fetch(get(`http://127.0.0.1:${port}/`, { headers, timeoutMilliseconds: 200 }));
    expect(await reasonOf(sent)).not.toBe('answered');
  });

  it('is given up with its caller', async () => {
    const { port } = await serve(() => undefined);
    const caller = new AbortController();
    const sent = egress.fetch(get(`http://127.0.0.1:${port}/`, { signal: caller.signal }));
    caller.abort();
    expect(await reasonOf(sent)).toBe('aborted');
  });
});

describe('a kept connection', () => {
  it('is used again, and where it died meanwhile a repeatable request is sent on a new one', async () => {
    const sockets = new Set<unknown>();
    const { port } = await serve((request, response) => {
      const isFirst = sockets.size === 0;
      sockets.add(request.socket);
      if (!isFirst && request.url === '/dies' && sockets.size === 1) request.socket.destroy();
      else response.end('well');
    });
    const egress = createEgress({ policy: local, keepAlive: true });
    await egress.fetch(get(`http://127.0.0.1:${port}/`));
    await egress.fetch(get(`http://127.0.0.1:${port}/`));
    expect(sockets.size).toBe(1);
    const answer = await egress.fetch(get(`http://127.0.0.1:${port}/dies`));
    expect(answer.body.toString()).toBe('well');
    expect(sockets.size).toBe(2);
  });

  it('carries no request that must not be sent twice', async () => {
    const sockets = new Set<unknown>();
    const { port } = await serve((request, response) => {
      sockets.add(request.socket);
      response.end();
    });
    const egress = createEgress({ policy: local, keepAlive: true });
    await egress.fetch(get(`http://127.0.0.1:${port}/`));
    await egress.fetch(get(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'x' }));
    expect(sockets.size).toBe(2);
  });
});
