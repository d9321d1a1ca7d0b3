import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { StartInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import {
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeregisterTargetsCommand,
  ModifyListenerCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it, vi } from 'vitest';
import {
  addressOf,
  createBalancer,
  createGroup,
  createListener,
  type Elb,
  healthOf,
  launchEcho,
  makeNetwork,
  register,
  serve,
  setDrain,
  startElb,
  waitForHealth,
} from './harness.ts';

const answererOf = async (url: string, path = '/'): Promise<string> => {
  const response = await fetch(`${url}${path}`);
  await response.arrayBuffer();
  return response.headers.get('x-instance-id') ?? String(response.status);
};

/** How many of so many requests each target answered; a status for those that none did. */
const share = async (url: string, requests: number): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (let index = 0; index < requests; index++) {
    const answerer = await answererOf(url);
    counts[answerer] = (counts[answerer] ?? 0) + 1;
  }
  return counts;
};

const targetsOf = ({ controls }: Elb) =>
  controls
    .inspect()
    .flatMap(({ listeners }) =>
      listeners.flatMap(({ targetGroups }) => targetGroups.flatMap(({ targets }) => targets)),
    );

describe('a balancer', () => {
  it('serves at the address that DescribeLoadBalancers gives', async () => {
    const { url, ids } = await serve(startElb(), 1);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await answererOf(url)).toBe(ids[0]);
  });

  it('takes its listener’s own port where that is free', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    await new Promise((done) => probe.close(done));
    const elb = startElb();
    const network = await makeNetwork(elb);
    const balancer = await createBalancer(elb, network);
    await createListener(elb, balancer, [{ TargetGroupArn: await createGroup(elb, network) }], port);
    expect(await addressOf(elb, balancer)).toBe(`127.0.0.1:${port}`);
  });

  it('takes another port where its listener’s is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const elb = startElb();
    const network = await makeNetwork(elb);
    const balancer = await createBalancer(elb, network);
    await createListener(elb, balancer, [{ TargetGroupArn: await createGroup(elb, network) }], port);
    const address = await addressOf(elb, balancer);
    other.close();
    expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(address).not.toBe(`127.0.0.1:${port}`);
  });

  it('tells its targets who asks, for which host, at which of its ports', async () => {
    const { url } = await serve(startElb(), 1);
    const answered = await new Promise<{ headers: Record<string, string>; path: string }>((done, fail) => {
      request({
        hostname: '127.0.0.1',
        port: new URL(url).port,
        path: '/a//b/../c?x=%2F&y',
        headers: { host: 'shop.example', 'x-forwarded-for': '192.0.2.1' },
      })
        .on('error', fail)
        .on('response', (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk) => chunks.push(chunk));
          response.on('end', () => done(JSON.parse(Buffer.concat(chunks).toString())));
        })
        .end();
    });
    expect(answered.path).toBe('/a//b/../c?x=%2F&y');
    expect(answered.headers).toMatchObject({
      host: 'shop.example',
      'x-forwarded-for': '192.0.2.1, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': '65000',
    });
  });

  it('hands bodies on as they come, and back', async () => {
    const { url } = await serve(startElb(), 1);
    const chunk = Buffer.alloc(100_000, 'x');
    const posting = request(url, { method: 'POST', headers: { 'content-type': 'text/plain' } });
    posting.write(chunk);
    const [response] = (await once(posting, 'response')) as [IncomingMessage];
    const [first] = (await once(response, 'data')) as [Buffer];
    expect(first.length).toBeGreaterThan(0);
    let received = first.length;
    response.on('data', (data: Buffer) => {
      received += data.length;
    });
    posting.end(chunk);
    await once(response, 'end');
    expect(received).toBe(200_000);
  });

  it('answers 503 while no target is healthy', async () => {
    const { url } = await serve(startElb(), 0);
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([
      503,
      expect.stringContaining('503 Service Temporarily Unavailable'),
    ]);
  });

  it('answers 502 where the target breaks off', async () => {
    const elb = startElb();
    const { url, ids } = await serve(elb, 1);
    const answering = fetch(`${url}/delay/30000`);
    await vi.waitFor(() => expect(targetsOf(elb).map(({ outstanding }) => outstanding)).toEqual([1]));
    elb.ec2Controls.kill(ids[0] ?? '');
    const response = await answering;
    expect([response.status, await response.text()]).toEqual([
      502,
      expect.stringContaining('502 Bad Gateway'),
    ]);
  });

  it('breaks off an answer that its target breaks off', async () => {
    const elb = startElb();
    const { url, ids } = await serve(elb, 1);
    const posting = request(url, { method: 'POST' });
    posting.on('error', () => {});
    posting.write('begun');
    const [response] = (await once(posting, 'response')) as [IncomingMessage];
    await once(response, 'data');
    const broken = once(response, 'error');
    elb.ec2Controls.kill(ids[0] ?? '');
    expect((await broken)[0]).toMatchObject({ code: 'ECONNRESET' });
  });

  it('survives a client that asks for an upgrade and goes away', async () => {
    const { url, ids } = await serve(startElb(), 1);
    const { port } = new URL(url);
    for (let count = 0; count < 5; count++) {
      const socket = connect(Number(port), '127.0.0.1');
      await once(socket, 'connect');
      socket.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
      socket.resetAndDestroy();
    }
    expect(await answererOf(url)).toBe(ids[0]);
  });

  it('serves no more once it is deleted, or its listener is', async () => {
    const elb = startElb();
    const { url, listenerArn, balancerArn, groupArn } = await serve(elb, 1);
    await elb.send(new DeleteListenerCommand({ ListenerArn: listenerArn }));
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    expect(await addressOf(elb, balancerArn)).toMatch(/^web-\d+\.us-east-1\.elb\.amazonaws\.com$/);
    await createListener(elb, balancerArn, [{ TargetGroupArn: groupArn }]);
    const again = `http://${await addressOf(elb, balancerArn)}`;
    expect((await fetch(again)).status).toBeLessThan(504);
    await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: balancerArn }));
    await expect(fetch(again)).rejects.toThrow('fetch failed');
  });

  it('hands upgraded connections on both ways', async () => {
    const echo = createServer();
    echo.on('upgrade', (_, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
      socket.pipe(socket);
    });
    echo.on('request', (_, response) => response.end('up'));
    echo.listen(0, '127.0.0.1');
    await once(echo, 'listening');
    const elb = startElb();
    const { url } = await serve(elb, 1);
    vi.spyOn(elb.ec2Controls, 'portOf').mockReturnValue((echo.address() as AddressInfo).port);
    const upgrading = request(url, { headers: { connection: 'Upgrade', upgrade: 'websocket' } }).end();
    const [, socket] = (await once(upgrading, 'upgrade')) as [IncomingMessage, import('node:net').Socket];
    socket.write('hello');
    const [heard] = (await once(socket, 'data')) as [Buffer];
    expect(heard.toString()).toBe('hello');
    socket.destroy();
    echo.close();
    echo.closeAllConnections();
  });
});

describe('who gets a request', () => {
  it('is each healthy target in turn', async () => {
    const { url, ids } = await serve(startElb(), 3);
    expect(await share(url, 30)).toEqual(Object.fromEntries(ids.map((id) => [id, 10])));
  });

  it('is a target group by its weight: of 1,000 requests exactly that share', async () => {
    const elb = startElb();
    const { network, balancerArn, listenerArn, groupArn, ids } = await serve(elb, 1);
    const heavy = await createGroup(elb, network, { Name: 'heavy' });
    const id = await launchEcho(elb, network);
    await register(elb, heavy, id);
    await elb.send(
      new ModifyListenerCommand({
        ListenerArn: listenerArn,
        DefaultActions: [
          {
            Type: 'forward',
            ForwardConfig: {
              TargetGroups: [
                { TargetGroupArn: groupArn, Weight: 1 },
                { TargetGroupArn: heavy, Weight: 3 },
              ],
            },
          },
        ],
      }),
    );
    await waitForHealth(elb, heavy, { [id]: 'healthy' });
    const url = `http://${await addressOf(elb, balancerArn)}`;
    expect(await share(url, 1_000)).toEqual({ [ids[0] ?? '']: 250, [id]: 750 });
  });

  it('is nobody for the share of a group without healthy targets, as there is no failover between groups', async () => {
    const elb = startElb();
    const { network, listenerArn, groupArn, ids, url } = await serve(elb, 1);
    const empty = await createGroup(elb, network, { Name: 'empty' });
    const TargetGroups = [{ TargetGroupArn: groupArn }, { TargetGroupArn: empty }];
    await elb.send(
      new ModifyListenerCommand({
        ListenerArn: listenerArn,
        DefaultActions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
      }),
    );
    expect(await share(url, 20)).toEqual({ [ids[0] ?? '']: 10, 503: 10 });
  });

  it('is the one with the fewest requests under way, if so asked', async () => {
    const elb = startElb();
    const { url, groupArn, ids } = await serve(elb, 2);
    await elb.send(
      new ModifyTargetGroupAttributesCommand({
        TargetGroupArn: groupArn,
        Attributes: [{ Key: 'load_balancing.algorithm.type', Value: 'least_outstanding_requests' }],
      }),
    );
    const slow = new AbortController();
    const stuck = fetch(`${url}/delay/30000`, { signal: slow.signal }).catch(() => 'cut off');
    const busy = await vi.waitFor(() => {
      const found = targetsOf(elb).find(({ outstanding }) => outstanding === 1);
      expect(found).toBeDefined();
      return found?.instanceId;
    });
    const idle = ids.find((id) => id !== busy) ?? '';
    expect(await share(url, 10)).toEqual({ [idle]: 10 });
    slow.abort();
    expect(await stuck).toBe('cut off');
  });
});

describe('a target', () => {
  it('that is killed gets nothing more, and is gone from its group', async () => {
    const elb = startElb();
    const { url, groupArn, ids } = await serve(elb, 3);
    const [killed = '', ...rest] = ids;
    elb.ec2Controls.kill(killed);
    await waitForHealth(elb, groupArn, Object.fromEntries(rest.map((id) => [id, 'healthy'])));
    expect(Object.keys(await share(url, 20)).sort()).toEqual([...rest].sort());
  });

  it('that is stopped is unused, and healthy again once it runs', async () => {
    const elb = startElb();
    const { url, groupArn, ids } = await serve(elb, 2);
    const [stopped = '', other = ''] = ids;
    await elb.ec2(new StopInstancesCommand({ InstanceIds: [stopped] }));
    await waitForHealth(elb, groupArn, { [stopped]: 'unused Target.InvalidState', [other]: 'healthy' });
    expect(await share(url, 4)).toEqual({ [other]: 4 });
    await elb.ec2(new StartInstancesCommand({ InstanceIds: [stopped] }));
    await waitForHealth(elb, groupArn, { [stopped]: 'healthy', [other]: 'healthy' });
    expect(await share(url, 4)).toEqual({ [stopped]: 2, [other]: 2 });
  });

  it.each([
    ['nothing listens at its port', { Port: 9 }, 'unhealthy Target.FailedHealthChecks'],
    [
      'it answers another status',
      { HealthCheckPath: '/status/404' },
      'unhealthy Target.ResponseCodeMismatch',
    ],
    ['it answers too late', { HealthCheckPath: '/delay/4000' }, 'unhealthy Target.Timeout'],
  ])('is unhealthy where %s', { timeout: 15_000 }, async (_, change, health) => {
    const elb = startElb();
    const network = await makeNetwork(elb);
    const groupArn = await createGroup(elb, network, change);
    await createListener(elb, await createBalancer(elb, network), [{ TargetGroupArn: groupArn }]);
    const id = await launchEcho(elb, network);
    await register(elb, groupArn, id);
    await waitForHealth(elb, groupArn, { [id]: health });
  });

  it('is healthy with any status that its matcher names', async () => {
    const elb = startElb();
    const network = await makeNetwork(elb);
    const groupArn = await createGroup(elb, network, {
      HealthCheckPath: '/status/404',
      Matcher: { HttpCode: '200-499' },
    });
    await createListener(elb, await createBalancer(elb, network), [{ TargetGroupArn: groupArn }]);
    const id = await launchEcho(elb, network);
    await register(elb, groupArn, id);
    await waitForHealth(elb, groupArn, { [id]: 'healthy' });
  });

  it('is unused in a zone that its balancer is not in', async () => {
    const elb = startElb();
    const { network, groupArn, ids } = await serve(elb, 1);
    const elsewhere = await launchEcho(elb, network, 2);
    await register(elb, groupArn, elsewhere);
    expect(await healthOf(elb, groupArn)).toEqual({
      [ids[0] ?? '']: 'healthy',
      [elsewhere]: 'unused Target.NotInUse',
    });
  });

  it('is unused where no listener forwards to its group', async () => {
    const elb = startElb();
    const network = await makeNetwork(elb);
    const groupArn = await createGroup(elb, network);
    const id = await launchEcho(elb, network);
    await register(elb, groupArn, id);
    expect(await healthOf(elb, groupArn)).toEqual({ [id]: 'unused Target.NotInUse' });
  });
});

describe('a target that is deregistered', () => {
  const deregister = (elb: Elb, groupArn: string, id: string) =>
    elb.send(new DeregisterTargetsCommand({ TargetGroupArn: groupArn, Targets: [{ Id: id }] }));

  /** A request under way at one of two targets, which is then deregistered. */
  const drain = async (seconds: number, milliseconds: number) => {
    const elb = startElb();
    const served = await serve(elb, 2);
    await setDrain(elb, served.groupArn, seconds);
    const answering = fetch(`${served.url}/delay/${milliseconds}`);
    const id = await vi.waitFor(() => {
      const found = targetsOf(elb).find(({ outstanding }) => outstanding === 1);
      expect(found).toBeDefined();
      return found?.instanceId ?? '';
    });
    await deregister(elb, served.groupArn, id);
    return { elb, ...served, answering, id, other: served.ids.find((one) => one !== id) ?? '' };
  };

  it('finishes what is under way and takes nothing new', async () => {
    const { elb, url, groupArn, answering, id, other } = await drain(30, 400);
    expect((await healthOf(elb, groupArn))[id]).toBe('draining Target.DeregistrationInProgress');
    expect(await share(url, 10)).toEqual({ [other]: 10 });
    expect((await answering).headers.get('x-instance-id')).toBe(id);
  });

  it('is gone after its delay, with what is still under way', async () => {
    const { elb, groupArn, answering, other } = await drain(1, 30_000);
    await expect(answering).rejects.toThrow('fetch failed');
    await waitForHealth(elb, groupArn, { [other]: 'healthy' });
  });

  it('is taken back if it is registered again', async () => {
    const { elb, groupArn, answering, id, other } = await drain(30, 200);
    await register(elb, groupArn, id);
    await waitForHealth(elb, groupArn, { [id]: 'healthy', [other]: 'healthy' });
    expect((await answering).status).toBe(200);
  });
});

describe('after a restart', () => {
  it('balancers serve at the same address, targets are checked again, and draining goes on', async () => {
    const elb = startElb();
    const { url, groupArn, balancerArn, ids } = await serve(elb, 3);
    const [drained = '', ...rest] = ids;
    await elb.send(new DeregisterTargetsCommand({ TargetGroupArn: groupArn, Targets: [{ Id: drained }] }));
    elb.close();
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    const again = startElb({ from: elb });
    await again.ready();
    expect(`http://${await addressOf(again, balancerArn)}`).toBe(url);
    const healthy = Object.fromEntries(rest.map((id) => [id, 'healthy']));
    await waitForHealth(again, groupArn, {
      ...healthy,
      [drained]: 'draining Target.DeregistrationInProgress',
    });
    expect(Object.keys(await share(url, 10)).sort()).toEqual([...rest].sort());
  });
});
