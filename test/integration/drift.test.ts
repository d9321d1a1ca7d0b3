import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DriftReport, Finding } from '../../lib/services/drift/schema.ts';
import { eventually } from '../support/eventually.ts';
import { runOps } from '../support/operator.ts';
import { minute, runVirtualEngine, second, type VirtualEngine } from '../support/virtual-engine.ts';

let engine: VirtualEngine;
beforeAll(async () => {
  engine = await runVirtualEngine();
});
afterAll(() => engine?.stop());

const call = <T>(command: string, input: object) => engine.cloud.call<T>('EC2Client', command, input);

describe('the drift report', () => {
  const settle = (id: string): Promise<DriftReport> =>
    eventually(
      'the run ends',
      async () => {
        const { data } = await engine.admin.get<DriftReport>(`/admin/drift/${id}`);
        if (data.status === 'COMPLETED' || data.status === 'ERROR') return data;
        if (engine.delayed('reconcile-drift') > 0) await engine.pass(5 * second);
      },
      60_000,
    );

  it('names what was deleted outside and what nobody knows, and is the administrators’ alone', async () => {
    const { api } = await engine.newAccount();
    const { data: volume } = await api.post<{ id: string }>('/volumes', { name: 'data', size_gb: 2 });
    const tagged = (value: string) => ({ Filters: [{ Name: 'tag:thecloud:resource', Values: [value] }] });
    type Volumes = { Volumes?: { VolumeId: string }[] };
    const disk = await eventually('its disk is there', async () => {
      await engine.pass(second);
      return (await call<Volumes>('DescribeVolumesCommand', tagged(volume.id))).Volumes?.[0]?.VolumeId;
    });
    await eventually('it is as it is wanted', async () => {
      const { data } = await api.get<{ provider_id?: string; status_reason?: string }>(
        `/volumes/${volume.id}`,
      );
      if (data.provider_id && !data.status_reason && engine.delayed('reconcile-storage') === 0) return true;
      await engine.pass(second);
      return false;
    });
    const nobodys = '01900000-0000-7000-8000-00000000dead';
    const rogue = await call<{ VolumeId: string }>('CreateVolumeCommand', {
      AvailabilityZone: 'us-east-1a',
      Size: 1,
      TagSpecifications: [
        {
          ResourceType: 'volume',
          Tags: [
            { Key: 'thecloud:stage', Value: 'local' },
            { Key: 'thecloud:tenant', Value: nobodys },
            { Key: 'thecloud:resource', Value: nobodys },
          ],
        },
      ],
    });
    await engine.pass(10 * minute);
    // By its event, or by a look that was due in those minutes, the platform would know by itself.
    await engine.idle();
    engine.standIns.ec2.loseNextEvent();
    await call('DeleteVolumeCommand', { VolumeId: disk });
    await engine.pass(10 * second);

    const begun = await engine.admin.post<DriftReport>('/admin/reconcile', undefined);
    expect(begun).toMatchObject({ status: 202, data: { status: 'PENDING', cause: 'request', kinds: [] } });
    const report = await settle(begun.data.id);
    expect(report.status).toBe('COMPLETED');
    expect(report.kinds).toHaveLength(8);
    expect(report.kinds.find(({ kind }) => kind === 'VOLUME')).toMatchObject({ missing: 1, unknown: 1 });

    const path = `/admin/drift/${report.id}/findings`;
    const findings = await engine.admin.get<Finding[]>(path);
    expect(findings.data).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ verdict: 'missing', cloud_id: disk, resource_id: volume.id }),
        expect.objectContaining({ verdict: 'unknown', cloud_id: rogue.VolumeId }),
      ]),
    );
    const unknown = await engine.admin.get<Finding[]>(`${path}?kind=volume&verdict=unknown&page=1`);
    expect(unknown.data).toMatchObject([{ cloud_id: rogue.VolumeId }]);
    expect((await engine.admin.get(`${path}?verdict=lost`)).status).toBe(400);
    expect((await engine.admin.get<DriftReport[]>('/admin/drift')).data.map(({ id }) => id)).toContain(
      report.id,
    );
    for (const one of ['/admin/drift', `/admin/drift/${report.id}`, path])
      expect((await api.get(one)).status).toBe(403);
    expect((await api.post('/admin/reconcile', undefined)).status).toBe(403);

    // What nobody knows is named and left alone.
    const left = await call<Volumes>('DescribeVolumesCommand', tagged(nobodys));
    expect(left.Volumes).toHaveLength(1);

    const shown = await runOps<DriftReport & { findings: Finding[] }>(engine, `drift show ${report.id}`);
    expect(shown.code).toBe(1);
    expect(shown.data.findings).toHaveLength(findings.data.length);
  });

  it('is made each hour by the schedule', async () => {
    await engine.pass(61 * minute);
    await eventually('a run of the schedule', async () => {
      await engine.pass(second);
      const { data } = await engine.admin.get<DriftReport[]>('/admin/drift');
      return data.some(({ cause }) => cause === 'schedule');
    });
  });
});
