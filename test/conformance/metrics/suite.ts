import { randomUUID } from 'node:crypto';
import { type CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallBudget, unlimited } from '../../../lib/platform/aws/call-budget.ts';
import { createCloudWatchMetrics } from '../../../lib/services/metrics/backend.cloudwatch.ts';

export interface Cloud {
  cloudWatch: CloudWatchClient;
  stop(): Promise<void>;
}

const signal = new AbortController().signal;
const minute = 60_000;

/** What the MetricSource port promises, wherever CloudWatch answers. */
export const metricsSuite = (name: string, start: () => Promise<Cloud>): void => {
  describe(`the MetricSource port on ${name}`, () => {
    let cloud: Cloud;
    let now: number;
    beforeAll(async () => {
      cloud = await start();
      now = Math.floor(Date.now() / minute) * minute;
    });
    afterAll(() => cloud?.stop());

    const newMachine = (): string => `i-${randomUUID().replaceAll('-', '').slice(0, 17)}`;
    /** As the CloudWatch agent does. */
    const report = (machineId: string, minutesAgo: number, ...Values: number[]) =>
      cloud.cloudWatch.send(
        new PutMetricDataCommand({
          Namespace: 'CWAgent',
          MetricData: [
            {
              MetricName: 'mem_used_percent',
              Dimensions: [{ Name: 'InstanceId', Value: machineId }],
              Timestamp: new Date(now - minutesAgo * minute + 10_000),
              Unit: 'Percent',
              Values,
            },
          ],
        }),
      );
    const read = (machines: string[], { memory = true, budget = unlimited } = {}) =>
      createCloudWatchMetrics({ cloudWatch: cloud.cloudWatch, budget }).read(
        machines.map((machineId) => ({ machineId, memory })),
        { from: now - 5 * minute, to: now },
        signal,
      );

    it('gives each minute’s average of what was measured, and nothing of other minutes', async () => {
      const [busy, idle, silent] = [newMachine(), newMachine(), newMachine()];
      await report(busy, 2, 40, 50);
      await report(busy, 3, 33.333);
      await report(busy, 9, 99);
      await report(idle, 1, 7);
      const found = await read([busy, idle, silent]);
      expect(found.get(busy)).toEqual(
        new Map([
          [now - 2 * minute, { memory: 45 }],
          [now - 3 * minute, { memory: 33.33 }],
        ]),
      );
      expect(found.get(idle)).toEqual(new Map([[now - minute, { memory: 7 }]]));
      expect(found.get(silent)).toEqual(new Map());
    });

    it('asks for no memory where nobody needs it', async () => {
      const machine = newMachine();
      await report(machine, 2, 40);
      expect((await read([machine], { memory: false })).get(machine)).toEqual(new Map());
    });

    it('reads more than 500 metrics, in as many calls as that takes', async () => {
      const machines = Array.from({ length: 260 }, newMachine);
      for (const machine of machines.slice(-2)) await report(machine, 2, 12);
      const taken: string[] = [];
      const budget: CallBudget = {
        take: async (action) => {
          taken.push(action);
        },
      };
      const found = await read(machines, { budget });
      expect(taken).toEqual(['GetMetricData', 'GetMetricData']);
      expect(found.size).toBe(260);
      const measured = [...found].flatMap(([machine, readings]) =>
        readings instanceof Error || readings.size === 0 ? [] : [machine],
      );
      expect(measured).toEqual(machines.slice(-2));
    });
  });
};
