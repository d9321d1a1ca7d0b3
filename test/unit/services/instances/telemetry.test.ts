import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BackendError } from '../../../../lib/platform/lifecycle/types.ts';
import { Telemetry, type TelemetrySource } from '../../../../lib/services/instances/telemetry.ts';
import { VirtualTimers } from '../../../../local/clock.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { launchInput, newCaller, openInstances } from './harness.ts';

let database: TestTables;
let platform: ReturnType<typeof openInstances>;

beforeAll(async () => {
  database = await startTables();
  platform = openInstances(database.tables);
});
afterAll(() => database?.stop());

const open = (change: Partial<TelemetrySource> = {}) => {
  const asked: string[] = [];
  const clock = new VirtualTimers();
  const source: TelemetrySource = {
    console: async (id) => {
      asked.push(`console ${id}`);
      return { output: 'one\r\ntwo\n', at: new Date(0) };
    },
    use: async (id) => {
      asked.push(`use ${id}`);
      return { cpuPercent: 12.5, memoryPercent: 50 };
    },
    history: async (id, { from, to, resolutionSeconds }) => {
      asked.push(`history ${id} ${(to - from) / 1_000} ${resolutionSeconds}`);
      return {
        cpu: [{ at: from, value: 12.5 }],
        memory: [],
        networkIn: [{ at: from, value: 20_000 }],
        networkOut: [],
      };
    },
    ...change,
  };
  return { asked, clock, telemetry: new Telemetry({ store: platform.store, source, clock }) };
};

const withMachine = async (container_id: string | undefined = 'i-1') => {
  const caller = newCaller();
  const { id } = await platform.instances.launch(caller, launchInput());
  if (container_id) await platform.become(caller, id, { status: 'RUNNING', container_id });
  return { caller, id };
};

describe('telemetry', () => {
  it('gives logs as text and the console as it is', async () => {
    const { caller, id } = await withMachine();
    const { telemetry } = open();
    expect(await telemetry.logs(caller, id)).toBe('one\ntwo');
    expect(await telemetry.console(caller, id)).toEqual({
      output: 'one\r\ntwo\n',
      timestamp: '1970-01-01T00:00:00.000Z',
    });
  });

  it('gives the last 2,000 lines of a log', async () => {
    const { caller, id } = await withMachine();
    const output = `${Array.from({ length: 2_500 }, (_, i) => i).join('\n')}\n`;
    const lines = (await open({ console: async () => ({ output }) }).telemetry.logs(caller, id)).split('\n');
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([2_000, '500', '2499']);
  });

  it('gives use in the contract’s units', async () => {
    const { caller, id } = await withMachine();
    expect(await open().telemetry.stats(caller, id)).toEqual({
      cpu_percentage: 12.5,
      memory_usage_bytes: 536_870_912,
      memory_limit_bytes: 1_073_741_824,
      memory_percentage: 50,
    });
  });

  it('gives no memory in use where no agent reports it', async () => {
    const { caller, id } = await withMachine();
    const { telemetry } = open({ use: async () => ({ cpuPercent: 0 }) });
    expect(await telemetry.stats(caller, id)).toMatchObject({ cpu_percentage: 0, memory_usage_bytes: 0 });
  });

  it('gives what was measured in the last hour, and nothing where nothing was', async () => {
    const { caller, id } = await withMachine();
    const { telemetry, asked } = open();
    expect(await telemetry.metrics(caller, id, {})).toEqual({
      from: '2025-12-31T23:00:00.000Z',
      to: '2026-01-01T00:00:00.000Z',
      resolution: 60,
      cpu: [{ timestamp: '2025-12-31T23:00:00.000Z', value: 12.5 }],
      memory: [],
      network_in: [{ timestamp: '2025-12-31T23:00:00.000Z', value: 20_000 }],
      network_out: [],
    });
    expect(asked).toEqual(['history i-1 3600 60']);
  });

  it('asks the cloud once for what was measured, as long as it is the same window', async () => {
    const { caller, id } = await withMachine();
    const { telemetry, asked, clock } = open();
    clock.advance(1_000);
    await telemetry.metrics(caller, id, {});
    clock.advance(1_000);
    await telemetry.metrics(caller, id, {});
    await telemetry.metrics(caller, id, { resolution: 300 });
    expect(asked).toEqual(['history i-1 3660 60', 'history i-1 3900 300']);
  });

  it('asks the cloud once in five seconds, however many ask', async () => {
    const { caller, id } = await withMachine();
    const { telemetry, asked, clock } = open();
    await Promise.all([telemetry.stats(caller, id), telemetry.stats(caller, id)]);
    await telemetry.stats(caller, id);
    expect(asked).toEqual(['use i-1']);
    clock.advance(5_001);
    await telemetry.stats(caller, id);
    expect(asked).toEqual(['use i-1', 'use i-1']);
  });

  it.each(['logs', 'stats', 'console', 'metrics'] as const)(
    'answers 409 for %s before there is a machine',
    async (what) => {
      const { caller, id } = await withMachine('');
      await expect(open().telemetry[what](caller, id, {})).rejects.toMatchObject({
        type: 'INSTANCE_NOT_RUNNING',
      });
    },
  );

  it.each(['logs', 'stats', 'console', 'metrics'] as const)('gives nobody else’s %s', async (what) => {
    const { id } = await withMachine();
    await expect(open().telemetry[what](newCaller(), id, {})).rejects.toMatchObject({ type: 'NOT_FOUND' });
  });

  it.each([
    ['not_yet', 'INSTANCE_NOT_RUNNING'],
    ['throttled', 'UNAVAILABLE'],
    ['broken', 'UNAVAILABLE'],
  ] as const)('says of a cloud that is %s: %s, and asks anew the next time', async (failure, type) => {
    const { caller, id } = await withMachine();
    let calls = 0;
    const { telemetry } = open({
      use: async () => {
        calls += 1;
        if (calls === 1) throw new BackendError(failure, 'no');
        return { cpuPercent: 1 };
      },
    });
    await expect(telemetry.stats(caller, id)).rejects.toMatchObject({ type });
    expect(await telemetry.stats(caller, id)).toMatchObject({ cpu_percentage: 1 });
  });
});
