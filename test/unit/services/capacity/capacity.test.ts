import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../../lib/platform/ids.ts';
import type { CapacitySource, Gauge } from '../../../../lib/services/capacity/backend.ts';
import { createCapacityMeter } from '../../../../lib/services/capacity/meter.ts';
import { createCapacity } from '../../../../lib/services/capacity/service.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';

const signal = new AbortController().signal;
const now = Date.UTC(2026, 0, 1, 12);

describe('the capacity of a workload account', () => {
  let opened: TestTables;
  beforeAll(async () => {
    opened = await startTables();
  });
  afterAll(() => opened?.stop());

  const world = (gauges: Gauge[]) => {
    const name = newId();
    const { tables } = opened;
    const source: CapacitySource = { account: async () => '123456789012', measure: async () => gauges };
    return {
      capacity: createCapacity({ tables, accountOf: () => name }),
      measure: createCapacityMeter({ source, tables, clock: { now: () => now }, name }),
    };
  };

  const gauge = (resource: string, used: number, limit: number, ofTenants = 0): Gauge => ({
    resource,
    used,
    limit,
    ofTenants,
  });

  it('is listed as it was measured', async () => {
    const { capacity, measure } = world([gauge('snapshots', 999, 100_000), gauge('nothing', 0, 0)]);
    expect(await measure(signal)).toMatchObject({ account: '123456789012', highestPercent: 100 });
    const listed = await capacity.list(signal);
    expect(listed).toEqual(
      expect.arrayContaining([
        {
          account: '123456789012',
          resource: 'snapshots',
          used: 999,
          limit: 100_000,
          percent: 0,
          measured_at: '2026-01-01T12:00:00.000Z',
        },
        expect.objectContaining({ resource: 'nothing', percent: 100 }),
      ]),
    );
  });

  it.each<[string, Gauge[], number]>([
    [
      'all that AWS gives where nobody else is there',
      [gauge('vpcs', 0, 5), gauge('internet_gateways', 0, 5)],
      5,
    ],
    ['less where others have some', [gauge('vpcs', 2, 5), gauge('internet_gateways', 1, 5)], 3],
    ['as many as there are gateways for', [gauge('vpcs', 0, 5), gauge('internet_gateways', 3, 4)], 1],
    [
      'not less for what the tenants have already',
      [gauge('vpcs', 4, 5, 3), gauge('internet_gateways', 3, 5, 3)],
      4,
    ],
    ['none where others have all', [gauge('vpcs', 5, 5), gauge('internet_gateways', 0, 5)], 0],
  ])('has room for VPCs: %s', async (_, gauges, room) => {
    const { capacity, measure } = world(gauges);
    await measure(signal);
    const claim = () => opened.tables.transact([capacity.claim('vpcs', newId())]);
    const results = await Promise.allSettled(Array.from({ length: 8 }, claim));
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(8 - room);
    for (const { reason } of refused)
      expect(reason).toMatchObject({
        type: 'RESOURCE_LIMIT_EXCEEDED',
        message: expect.stringContaining('VPC'),
      });
  });

  it('is free again for what was given back', async () => {
    const { capacity, measure } = world([gauge('vpcs', 0, 1), gauge('internet_gateways', 0, 1)]);
    await measure(signal);
    const claim = () => opened.tables.transact([capacity.claim('vpcs', newId())]);
    await claim();
    await expect(claim()).rejects.toMatchObject({ type: 'RESOURCE_LIMIT_EXCEEDED' });
    await opened.tables.transact([capacity.release('vpcs', newId())]);
    await claim();
  });

  it('refuses nothing before it was measured', async () => {
    const { capacity } = world([]);
    for (let n = 0; n < 3; n++) await opened.tables.transact([capacity.claim('vpcs', newId())]);
  });

  it('bounds nothing by half of what bounds it', async () => {
    const { capacity, measure } = world([gauge('vpcs', 5, 5)]);
    await measure(signal);
    await opened.tables.transact([capacity.claim('vpcs', newId())]);
  });
});
