import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unlimited } from '../../../../lib/platform/aws/call-budget.ts';
import { createAwsTelemetry } from '../../../../lib/services/instances/backend.cloudwatch.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { minute, openMetrics, signal } from './harness.ts';

describe('what was measured of a machine over time', () => {
  let opened: TestTables;
  beforeAll(async () => {
    opened = await startTables();
  });
  afterAll(() => opened?.stop());

  const begin = async () => {
    const world = await openMetrics(opened.tables);
    const from = world.timers.now();
    const { machineId } = await world.instance('tenant');
    world.timers.advance(200);
    const telemetry = createAwsTelemetry({ ...world.clients, budget: unlimited, clock: world.timers });
    const history = (resolutionSeconds: number) =>
      telemetry.history(machineId, { from, to: from + 60 * minute, resolutionSeconds }, signal);
    return { world, from, machineId, history };
  };

  it('is told every five minutes, oldest first, in the units of the API', async () => {
    const { world, from, machineId, history } = await begin();
    world.controls.setLoad(machineId, { cpuPercent: 50, memoryPercent: 30 });
    world.timers.advance(12 * minute);
    const { cpu, memory, networkIn, networkOut } = await history(60);
    expect(cpu.map(({ at }) => (at - from) / minute)).toEqual([0, 5]);
    for (const { value } of cpu) expect(Math.abs(value - 50)).toBeLessThan(3);
    expect(memory.map(({ at }) => (at - from) / minute)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const { value } of memory) expect(Math.abs(value - 30)).toBeLessThan(2);
    // Half of 60 MB a minute, for five minutes, and somewhat less out than in.
    for (const { value } of networkIn) expect(Math.abs(value / 150_000_000 - 1)).toBeLessThan(0.05);
    for (const { value } of networkOut) expect(Math.abs(value / 120_000_000 - 1)).toBeLessThan(0.05);
  });

  it('adds traffic up and averages use over coarser periods', async () => {
    const { world, machineId, history } = await begin();
    await world.monitoring.detail([machineId], signal);
    world.controls.setLoad(machineId, { cpuPercent: 20 });
    world.timers.advance(31 * minute);
    const { cpu, networkIn } = await history(600);
    expect(cpu).toHaveLength(3);
    expect(Math.abs((cpu[1]?.value ?? 0) - 20)).toBeLessThan(1);
    expect(Math.abs((networkIn[1]?.value ?? 0) / 120_000_000 - 1)).toBeLessThan(0.05);
  });

  it('is empty where nothing was measured: unknown is not zero', async () => {
    const { history } = await begin();
    expect(await history(60)).toEqual({ cpu: [], memory: [], networkIn: [], networkOut: [] });
  });

  it('fails as a throttle where CloudWatch refuses', async () => {
    const { world, history } = await begin();
    world.refuse('GetMetricData', 'ThrottlingException');
    await expect(history(60)).rejects.toMatchObject({ name: 'BackendError', failure: 'throttled' });
  });
});
