import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, newAccount } from '../support/api-client.ts';
import { type RunningEngine, runEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';

interface Instance {
  id: string;
  status: string;
  ports?: string;
  private_ip?: string;
  container_id?: string;
}

describe('instances of http-echo on a laptop', () => {
  let engine: RunningEngine;
  let user: Account;

  beforeAll(async () => {
    engine = await runEngine();
    user = await newAccount(engine.url);
  });
  afterAll(() => engine?.stop());

  const runs = async (name: string, ports: string) => {
    const { data } = await user.api.post<Instance>('/instances', { name, image: 'http-echo', ports });
    return becomes(data.id, 'RUNNING');
  };
  const becomes = (id: string, status: string) =>
    eventually(`${id} is ${status}`, async () => {
      const { data } = await user.api.get<Instance>(`/instances/${id}`);
      return data.status === status ? data : undefined;
    });
  const hostPortOf = ({ ports }: Instance): number => Number(ports?.split(':')[0]);

  it('answer at the port that the API shows, and those that ask for the same one have each their own', async () => {
    const first = await runs('first', '18080:80');
    const second = await runs('second', '18080:80');
    expect(hostPortOf(first)).not.toBe(hostPortOf(second));
    for (const instance of [first, second]) {
      expect(instance.ports).toMatch(/^\d+:80$/);
      const response = await fetch(`http://127.0.0.1:${hostPortOf(instance)}/hello`);
      expect(await response.json()).toMatchObject({
        instance_id: instance.container_id,
        private_ip: instance.private_ip,
        path: '/hello',
      });
    }
  });

  it('answer no more once they are stopped, and at the same port once they are started', async () => {
    const instance = await runs('third', '0:80');
    const url = `http://127.0.0.1:${hostPortOf(instance)}/`;
    await user.api.post(`/instances/${instance.id}/stop`);
    await becomes(instance.id, 'STOPPED');
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    await user.api.post(`/instances/${instance.id}/start`);
    expect((await becomes(instance.id, 'RUNNING')).ports).toBe(instance.ports);
    expect((await fetch(url)).status).toBe(200);
  });
});
