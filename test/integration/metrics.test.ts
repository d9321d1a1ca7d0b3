import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, newAccount } from '../support/api-client.ts';
import { type RunningEngine, runEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { type ReadFamily, readExposition, valuesOf } from '../support/prometheus.ts';

describe('metrics of the whole platform', () => {
  let engine: RunningEngine;
  let user: Account;

  beforeAll(async () => {
    engine = await runEngine();
    user = await newAccount(engine.url);
  });
  afterAll(() => engine?.stop());

  const scrape = async (): Promise<Map<string, ReadFamily>> => {
    const response = await fetch(`${engine.url}/metrics`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    return readExposition(await response.text());
  };
  /** Until the stream has been read and the answer's two seconds are over. */
  const shows = (name: string, wanted: Record<string, number>) =>
    eventually(`${name} is ${JSON.stringify(wanted)}`, async () => {
      const values = valuesOf(await scrape(), `thecloud_${name}`);
      return Object.entries(wanted).every(([series, value]) => (values[series] ?? 0) === value);
    });
  const launch = async (name: string): Promise<string> => {
    const { data } = await user.api.post<{ id: string }>('/instances', { name, image: 'ubuntu-24.04' });
    return data.id;
  };
  const becomes = (id: string, status: string) =>
    eventually(`${id} is ${status}`, async () => {
      const { data } = await user.api.get<{ status: string }>(`/instances/${id}`);
      return data.status === status;
    });

  it('say how many instances there are in which state, and what was done with them', async () => {
    const [first, second, third] = await Promise.all(['one', 'two', 'three'].map(launch));
    for (const id of [first, second, third]) await becomes(id as string, 'RUNNING');
    await shows('instances_total', { 'RUNNING ec2': 3, 'STARTING ec2': 0 });
    await user.api.post(`/instances/${first}/stop`);
    await becomes(first as string, 'STOPPED');
    await user.api.delete(`/instances/${second}`);
    await shows('instances_total', { 'RUNNING ec2': 1, 'STOPPED ec2': 1 });
    await shows('instance_operations_total', {
      'launch requested': 3,
      'launch succeeded': 3,
      'stop succeeded': 1,
      'terminate requested': 1,
      'terminate succeeded': 1,
    });
  });

  it('say how many networks and volumes there are, and what was asked of them', async () => {
    const vpc = await user.api.post<{ id: string }>('/vpcs', { name: 'net' });
    const { id } = vpc.data;
    await user.api.post(`/vpcs/${id}/subnets`, { name: 'front', cidr_block: '10.0.1.0/24' });
    await user.api.post('/security-groups', { vpc_id: id, name: 'web' });
    const volume = await user.api.post<{ id: string }>('/volumes', { name: 'disk', size_gb: 1 });
    await user.api.post('/snapshots', { volume_id: volume.data.id });
    await shows('vpcs_total', { active: 1 });
    await shows('subnets_total', { available: 1 });
    await shows('security_groups_total', { active: 1 });
    await shows('snapshots_total', { AVAILABLE: 1 });
    await user.api.delete('/volumes/disk');
    await user.api.delete(`/vpcs/${id}`);
    await shows('storage_operations_total', { create: 1, delete: 1 });
    for (const name of ['vpcs_total', 'subnets_total', 'security_groups_total', 'snapshots_total'])
      await shows(name, { active: 0, available: 0, AVAILABLE: 0 });
  });

  it('say how many keys there are, and how logins ended', async () => {
    const before = valuesOf(await scrape(), 'thecloud_api_keys_active')[''] ?? 0;
    const made = await user.api.post<{ id: string }>('/auth/keys', { name: 'another' });
    await shows('api_keys_active', { '': before + 1 });
    await user.api.delete(`/auth/keys/${made.data.id}`);
    await shows('api_keys_active', { '': before });
    const failures = valuesOf(await scrape(), 'thecloud_auth_attempts_total').failure ?? 0;
    const wrong = await user.api.post('/auth/login', {
      email: 'nobody@example.com',
      password: 'wrong-password',
    });
    expect(wrong.status).toBe(401);
    await shows('auth_attempts_total', { failure: failures + 1, success: 1 });
  });

  it('say how many requests were answered and how fast, some of them later', async () => {
    for (let group = 0; group < 20; group++)
      await Promise.all(Array.from({ length: 55 }, () => fetch(`${engine.url}/health/live`)));
    // The process tells what is left after 10 s, in a later request: each scrape is one.
    await eventually(
      '1,100 requests are told',
      async () => {
        const values = valuesOf(await scrape(), 'thecloud_http_requests_total');
        return values['GET /health/live 200'] === 1_100;
      },
      20_000,
    );
    const durations = (await scrape()).get('thecloud_http_request_duration_seconds');
    expect(durations?.samples.some(({ labels }) => labels.path === '/health/live')).toBe(true);
  });

  it('need every right that their functions have', () => {
    const unused = engine
      .unusedGrants()
      .filter(({ roleArn, sid }) => /Totals|Insight/.test(roleArn) && !sid?.startsWith('Runtime'));
    expect(unused).toEqual([]);
  });
});
