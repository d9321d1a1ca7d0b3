import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StartInstancesCommand, StopInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { userDataOf } from '../../../../../lib/services/instances/workload.ts';
import { describeOne, type Ec2, launch, makeNetwork, type Network, startEc2 } from './harness.ts';

const tag = 'thecloud:published-ports';
const open: { close(): void }[] = [];

afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

const start = (from?: Ec2): Ec2 => {
  const ec2 = startEc2({ from });
  open.push({ close: () => ec2.standIn.close?.() });
  return ec2;
};

/** A port that was free a moment ago. */
const freePort = async (): Promise<number> => {
  const server = await listen();
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
};

const listen = async (): Promise<Server> => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
};

const launchEcho = (ec2: Ec2, network: Network, ports: string, name = 'web'): Promise<string> =>
  launch(ec2, network, {
    UserData: Buffer.from(userDataOf({ name, image: 'http-echo', ports }, undefined) ?? '').toString(
      'base64',
    ),
    TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: name }] }],
  });

/** Moves the clock until the instance is in the state, giving sockets the time they take. */
const until = (ec2: Ec2, id: string, state: string) =>
  vi.waitFor(
    async () => {
      ec2.timers.advance(100);
      const instance = await describeOne(ec2, id);
      expect(instance.State?.Name).toBe(state);
      return instance;
    },
    { timeout: 5_000, interval: 5 },
  );

const portsOf = async (ec2: Ec2, id: string): Promise<string | undefined> =>
  (await describeOne(ec2, id)).Tags?.find(({ Key }) => Key === tag)?.Value;

const running = async (ports: string, ec2 = start()) => {
  const network = await makeNetwork(ec2);
  const id = await launchEcho(ec2, network, ports);
  await until(ec2, id, 'running');
  return { ec2, network, id };
};

describe('an instance of http-echo', () => {
  it('answers with what was asked and who answers', async () => {
    const host = await freePort();
    const { ec2, id } = await running(`${host}:80`);
    const response = await fetch(`http://127.0.0.1:${host}/a/b?c=d`, { headers: { 'x-test': 'yes' } });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      instance_id: id,
      name: 'web',
      private_ip: (await describeOne(ec2, id)).PrivateIpAddress,
      method: 'GET',
      path: '/a/b?c=d',
      headers: { 'x-test': 'yes' },
      remote: '127.0.0.1',
    });
  });

  it('gives a body back as it came', async () => {
    const host = await freePort();
    const { id } = await running(`${host}:80`);
    const body = 'x'.repeat(200_000);
    const response = await fetch(`http://127.0.0.1:${host}/`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/csv' },
    });
    expect([response.headers.get('content-type'), response.headers.get('x-instance-id')]).toEqual([
      'text/csv',
      id,
    ]);
    expect(await response.text()).toBe(body);
  });

  it.each([
    ['/status/503', 503],
    ['/status/204', 204],
    ['/status/99', 200],
    ['/delay/20', 200],
  ])('answers %s with %i', async (path, status) => {
    const host = await freePort();
    await running(`${host}:80`);
    expect((await fetch(`http://127.0.0.1:${host}${path}`)).status).toBe(status);
  });

  it('waits as long as it is asked to', async () => {
    const host = await freePort();
    await running(`${host}:80`);
    const began = performance.now();
    await fetch(`http://127.0.0.1:${host}/delay/60`);
    expect(performance.now() - began).toBeGreaterThanOrEqual(55);
  });

  it('serves each published pair', async () => {
    const [first, second] = [await freePort(), await freePort()];
    const { ec2, id } = await running(`${first}:80,${second}:81`);
    expect(await portsOf(ec2, id)).toBe(`${first}:80,${second}:81`);
    for (const port of [first, second]) expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  });

  it('shows its ports as soon as it runs', async () => {
    const host = await freePort();
    const ec2 = start();
    const id = await launchEcho(ec2, await makeNetwork(ec2), `${host}:80`);
    ec2.timers.advance(10_000);
    expect((await describeOne(ec2, id)).State?.Name).toBe('pending');
    const { Tags } = await until(ec2, id, 'running');
    expect(Tags).toContainEqual({ Key: tag, Value: `${host}:80` });
  });

  it('takes a free port where another has the one it asked for, and is found by either', async () => {
    const other = await listen();
    open.push(other);
    const { port: taken } = other.address() as AddressInfo;
    const { ec2, id } = await running(`${taken}:80`);
    const served = Number((await portsOf(ec2, id))?.split(':')[0]);
    expect(served).not.toBe(taken);
    expect((await fetch(`http://127.0.0.1:${served}/`)).status).toBe(200);
    expect([taken, served, 1].map((port) => ec2.controls.portOf(id, port))).toEqual([
      served,
      served,
      undefined,
    ]);
  });

  it.each<[string, (ec2: Ec2, id: string) => unknown]>([
    ['is stopped', (ec2, id) => ec2.send(new StopInstancesCommand({ InstanceIds: [id] }))],
    ['is terminated', (ec2, id) => ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))],
    ['is killed', (ec2, id) => ec2.controls.kill(id)],
    ['is forgotten', (ec2) => ec2.controls.reset()],
    ['loses its engine', (ec2) => ec2.standIn.close?.()],
  ])('serves no more once it %s', async (_, end) => {
    const host = await freePort();
    const { ec2, id } = await running(`${host}:80`);
    await end(ec2, id);
    await expect(fetch(`http://127.0.0.1:${host}/`)).rejects.toThrow('fetch failed');
    expect(ec2.controls.portOf(id, host)).toBeUndefined();
  });

  it('serves the same port again after a start', async () => {
    const { ec2, id } = await running(`${await freePort()}:80`);
    const before = await portsOf(ec2, id);
    await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    await until(ec2, id, 'stopped');
    await ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
    await until(ec2, id, 'running');
    expect(await portsOf(ec2, id)).toBe(before);
    expect((await fetch(`http://127.0.0.1:${before?.split(':')[0]}/`)).status).toBe(200);
  });

  it('serves again after a restart of the engine, and shows where when its port was taken meanwhile', async () => {
    const host = await freePort();
    const { ec2, id } = await running(`${host}:80`);
    ec2.standIn.close?.();
    const other = createServer();
    open.push(other);
    await new Promise<void>((done) => other.listen(host, '127.0.0.1', done));
    const again = start(ec2);
    const told: string[] = [];
    again.controls.watch((_, instanceId) => told.push(instanceId));
    const served = await vi.waitFor(async () => {
      const port = again.controls.portOf(id, host);
      expect(port).toBeGreaterThan(0);
      return port;
    });
    expect(await portsOf(again, id)).toBe(`${served}:80`);
    expect(told).toContain(id);
    expect((await fetch(`http://127.0.0.1:${served}/`)).status).toBe(200);
  });
});
