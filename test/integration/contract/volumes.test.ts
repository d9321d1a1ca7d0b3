import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, type Answer, newAccount } from '../../support/api-client.ts';
import { type RunningEngine, runEngine } from '../../support/engine.ts';
import { eventually } from '../../support/eventually.ts';
import { settledInstance } from '../../support/settled.ts';
import { expectEnvelope, expectError } from '../../support/wire.ts';

interface Volume {
  id: string;
  name: string;
  status: string;
  size_gb: number;
  zone: string;
  instance_id?: string;
  mount_path?: string;
  device?: string;
  provider_id?: string;
  status_reason?: string;
}

interface Snapshot {
  id: string;
  status: string;
  volume_id: string;
}

/** The error's status follows from its type. */
const expectRefused = (answer: Answer, type: string): void => {
  expectError(answer);
  expect(answer.body.error.type).toBe(type);
};

const sdk = { headers: { 'user-agent': 'go-resty/2.17.0 (https://github.com/go-resty/resty)' } };

describe('contract 2.4 and 2.5: volumes and snapshots', () => {
  let engine: RunningEngine;
  let user: Account;

  beforeAll(async () => {
    engine = await runEngine();
    user = await newAccount(engine.url);
  });
  afterAll(() => engine?.stop());

  const create = async (name: string, more: Record<string, unknown> = {}): Promise<Volume> => {
    const answer = await user.api.post<Volume>('/volumes', { name, size_gb: 5, ...more });
    expect(answer.status).toBe(201);
    return answer.data;
  };
  const get = async (id: string): Promise<Volume> => (await user.api.get<Volume>(`/volumes/${id}`)).data;
  const until = (what: string, id: string, is: (volume: Volume) => boolean): Promise<Volume> =>
    eventually(what, async () => {
      const volume = await get(id);
      return is(volume) && volume;
    });
  /** Nothing is under way any more: EBS has it. */
  const settled = (id: string) =>
    until('the volume has settled', id, ({ provider_id, status_reason }) =>
      Boolean(provider_id && !status_reason),
    );
  const available = (id: string): Promise<Snapshot> =>
    eventually('the snapshot is AVAILABLE', async () => {
      const { data } = await user.api.get<Snapshot>(`/snapshots/${id}`);
      return data.status === 'AVAILABLE' && data;
    });

  it('creates a volume that is AVAILABLE from the start, and shows it by id and name', async () => {
    const answer = await user.api.post<Volume>('/volumes', { name: 'data', size_gb: 10 });
    expect(answer.status).toBe(201);
    expectEnvelope(answer);
    expect(answer.headers.get('location')).toBe(`/volumes/${answer.data.id}`);
    expect(answer.data).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      user_id: user.id,
      name: 'data',
      size_gb: 10,
      status: 'AVAILABLE',
      zone: expect.any(String),
      type: 'gp3',
      iops: 3_000,
      throughput: 125,
      encrypted: true,
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    });
    const made = await settled(answer.data.id);
    expect(made.provider_id).toMatch(/^vol-/);
    expect((await user.api.get<Volume>('/volumes/data')).data.id).toBe(answer.data.id);
    expectRefused(await user.api.post('/volumes', { name: 'data', size_gb: 1 }), 'CONFLICT');
  });

  it('is IN-USE from the launch on, attached soon after the machine runs, and free when it ends', async () => {
    const volume = await create('launched');
    const instance = await settledInstance(user.api, 'with-volume', {
      volumes: [{ volume_id: 'launched', mount_path: '/data' }],
    });
    const attached = await until('it is attached', volume.id, ({ status_reason }) => !status_reason);
    expect(attached).toMatchObject({
      status: 'IN-USE',
      instance_id: instance,
      mount_path: '/data',
      device: '/dev/sdf',
    });
    expectRefused(await user.api.delete('/volumes/launched'), 'INVALID_INPUT');
    expect((await user.api.delete(`/instances/${instance}`)).status).toBe(200);
    const free = await get(volume.id);
    expect(free.status).toBe('AVAILABLE');
    expect(free).not.toHaveProperty('instance_id');
    await settled(volume.id);
    expect((await user.api.delete('/volumes/launched')).status).toBe(200);
    expectRefused(await user.api.get('/volumes/launched'), 'NOT_FOUND');
  });

  it('is free again within five seconds of a machine that was terminated outside of the platform', async () => {
    const volume = await create('survivor');
    const instance = await settledInstance(user.api, 'doomed', {
      volumes: [{ volume_id: 'survivor', mount_path: '/data' }],
    });
    await until('it is attached', volume.id, ({ status_reason }) => !status_reason);
    const machine = engine.standIns.ec2.inspect().find(({ tags }) => Object.values(tags).includes(instance));
    engine.standIns.ec2.kill(machine?.instanceId ?? '');
    const free = await eventually(
      'it is AVAILABLE',
      async () => {
        const now = await get(volume.id);
        return now.status === 'AVAILABLE' && now;
      },
      5_000,
    );
    expect(free).not.toHaveProperty('instance_id');
    expect((await user.api.delete('/volumes/survivor')).status).toBe(200);
  });

  it('goes with its instance where that was asked for at launch or at attach, and its name is free at once', async () => {
    const [launched, attached] = [await create('goes-launched'), await create('goes-attached')];
    const instance = await settledInstance(user.api, 'with-both', {
      volumes: [{ volume_id: launched.id, mount_path: '/data', delete_on_termination: true }],
    });
    const attach = { instance_id: instance, delete_on_termination: true };
    expect((await user.api.post(`/volumes/${attached.id}/attach`, attach)).status).toBe(200);
    expect((await user.api.delete(`/instances/${instance}`)).status).toBe(200);
    for (const { id, name } of [launched, attached]) {
      expectRefused(await user.api.get(`/volumes/${id}`), 'NOT_FOUND');
      await create(name);
    }
  });

  it('attaches to a running machine, detaches, and grows', async () => {
    const volume = await create('roaming');
    const instance = await settledInstance(user.api, 'host');
    const attached = await user.api.post<Volume>('/volumes/roaming/attach', { instance_id: 'host' });
    expect([attached.status, attached.data.status, attached.data.instance_id]).toEqual([
      200,
      'IN-USE',
      instance,
    ]);
    await settled(volume.id);
    const grown = await user.api.patch<Volume>('/volumes/roaming', { size_gb: 6 });
    expect([grown.status, grown.data.size_gb]).toEqual([200, 6]);
    expectRefused(await user.api.patch('/volumes/roaming', { size_gb: 5 }), 'INVALID_INPUT');
    expect((await user.api.post<Volume>('/volumes/roaming/detach')).data.status).toBe('AVAILABLE');
    await settled(volume.id);
    const { data: actions } = await eventually('the history is written', async () => {
      const answer = await user.api.get<{ action: string; outcome: string }[]>('/volumes/roaming/actions');
      return answer.data.length === 4 && answer.data.every(({ outcome }) => outcome !== 'pending') && answer;
    });
    expect(actions.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'detach succeeded',
      'grow succeeded',
      'attach succeeded',
      'create succeeded',
    ]);
  });

  it('takes snapshots in the background, and restores them into new volumes', async () => {
    const volume = await create('source');
    const taken = await user.api.post<Snapshot>('/snapshots', { volume_id: volume.id, description: 'one' });
    expect(taken.status).toBe(201);
    expect(taken.data).toMatchObject({
      status: 'CREATING',
      volume_id: volume.id,
      volume_name: 'source',
      size_gb: 5,
      description: 'one',
    });
    await available(taken.data.id);
    const restored = await user.api.post<Volume>(`/snapshots/${taken.data.id}/restore`, {
      new_volume_name: 'restored',
      size_gb: 8,
    });
    expect([restored.status, restored.data.status, restored.data.size_gb]).toEqual([201, 'AVAILABLE', 8]);
    await settled(restored.data.id);
    expect((await user.api.delete(`/snapshots/${taken.data.id}`)).status).toBe(200);
  });

  it('answers the SDK bare where its client reads bare', async () => {
    const volume = await create('bare-source');
    const taken = await user.api.post('/snapshots', { volume_id: volume.id, description: '' }, sdk);
    expect(taken.body).toMatchObject({ volume_id: volume.id, status: 'CREATING' });
    await available(String(taken.body.id));
    expect((await user.api.get('/snapshots', sdk)).body).toEqual(expect.any(Array));
    const restore = await user.api.post(
      `/snapshots/${taken.body.id}/restore`,
      { new_volume_name: 'bare-copy' },
      sdk,
    );
    expect(restore.body).toMatchObject({ name: 'bare-copy', size_gb: 5 });
  });

  it('deletes snapshots and schedules with their volume, unless snapshots are to be kept', async () => {
    for (const keep of [false, true]) {
      const volume = await create(`ends-${keep}`);
      const taken = await user.api.post<Snapshot>('/snapshots', { volume_id: volume.id });
      await available(taken.data.id);
      const schedule = await user.api.post<{ id: string }>('/snapshot-schedules', {
        name: `of-${keep}`,
        volume_id: volume.name,
        interval_hours: 24,
      });
      expect(schedule.status).toBe(201);
      expect((await user.api.delete(`/volumes/${volume.id}?keep_snapshots=${keep}`)).status).toBe(200);
      await eventually('the schedule is gone', async () => {
        const answer = await user.api.get(`/snapshot-schedules/${schedule.data.id}`);
        return answer.status === 404;
      });
      if (keep) expect((await user.api.get(`/snapshots/${taken.data.id}`)).status).toBe(200);
      else
        await eventually('the snapshot is gone', async () => {
          const answer = await user.api.get(`/snapshots/${taken.data.id}`);
          return answer.status === 404;
        });
    }
  });

  it.each([
    ['a name that is too short', { name: 'ab', size_gb: 1 }],
    ['a name that is too long', { name: 'x'.repeat(65), size_gb: 1 }],
    ['no size', { name: 'volume' }],
    ['no GiB', { name: 'volume', size_gb: 0 }],
    ['too many GiB', { name: 'volume', size_gb: 16_001 }],
    ['half a GiB', { name: 'volume', size_gb: 1.5 }],
    ['an unknown type', { name: 'volume', size_gb: 1, type: 'floppy' }],
    ['too little for its type', { name: 'volume', size_gb: 1, type: 'st1' }],
    ['speed that its type does not have', { name: 'volume', size_gb: 1, type: 'gp2', iops: 3_000 }],
    ['no speed where its type needs one', { name: 'volume', size_gb: 10, type: 'io2' }],
    ['more speed than its size carries', { name: 'volume', size_gb: 1, iops: 4_000 }],
    ['an unknown zone', { name: 'volume', size_gb: 1, availability_zone: 'eu-nowhere-9z' }],
  ])('refuses a volume with %s', async (_, body) => {
    expectRefused(await user.api.post('/volumes', body), 'INVALID_INPUT');
  });

  it('maps a zone of another region by its letter', async () => {
    const volume = await create('far', { availability_zone: 'eu-central-1b' });
    expect(volume.zone).toBe('us-east-1b');
  });

  it('refuses a launch with a volume that is absent, in use, named twice, or in two zones', async () => {
    const launch = (...volumes: object[]) =>
      user.api.post('/instances', { name: 'refused', image: 'al2023', volumes });
    await create('here');
    await create('there', { availability_zone: 'us-east-1b' });
    const at = (volume_id: string, mount_path = '/a') => ({ volume_id, mount_path });
    expectRefused(await launch(at(randomUUID())), 'NOT_FOUND');
    expectRefused(await launch(at('here'), at('here', '/b')), 'INVALID_INPUT');
    const zones = await launch(at('here'), at('there', '/b'));
    expectRefused(zones, 'INVALID_INPUT');
    expect(zones.body.error.message).toMatch(/us-east-1b.*us-east-1a/);
  });

  it('shows no other tenant’s volume, nor lets it be launched with, attached, or copied', async () => {
    const stranger = await newAccount(engine.url);
    const volume = await create('private');
    expectRefused(await stranger.api.get(`/volumes/${volume.id}`), 'NOT_FOUND');
    expectRefused(await stranger.api.post('/snapshots', { volume_id: volume.id }), 'NOT_FOUND');
    const body = { name: 'x', image: 'al2023', volumes: [{ volume_id: volume.id, mount_path: '/a' }] };
    expectRefused(await stranger.api.post('/instances', body), 'NOT_FOUND');
    expect((await stranger.api.get('/volumes')).data).toEqual([]);
  });

  it('refuses ids of snapshots that are no UUID', async () => {
    expectRefused(await user.api.get('/snapshots/nonsense'), 'INVALID_INPUT');
    expectRefused(await user.api.post('/snapshots', { volume_id: 'nonsense' }), 'INVALID_INPUT');
  });
});
