import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MassFigures, measureMass } from '../../../bench/mass-launch.ts';
import { startTables, type TestTables } from '../../support/tables.ts';

const instances = 60;
const perGroup = 20;
const messagesPerCall = 10;

/** The repeats for a security group that EC2 does not show yet; only a tenant's very first launches meet them. */
const firstGroups = 3;

/** With EC2's own budgets emulated on its side, and the platform's on ours. */
describe('sixty instances in groups of twenty', () => {
  let opened: TestTables;
  let figures: MassFigures;

  beforeAll(async () => {
    opened = await startTables();
    figures = await measureMass(opened, { instances, perGroup });
  }, 120_000);
  afterAll(() => opened?.stop());

  const phase = (index: number) => {
    const found = figures.phases[index];
    if (!found) throw new Error(`there is no phase ${index}`);
    return found;
  };

  it('are launched by a call for each group, and looked at ten at a time', () => {
    const { calls } = phase(0);
    expect(calls.RunInstances).toBeGreaterThanOrEqual(instances / perGroup);
    expect(calls.RunInstances).toBeLessThanOrEqual(instances / perGroup + firstGroups);
    expect(calls.DescribeInstances).toBeLessThanOrEqual((2 * instances) / messagesPerCall);
    expect(calls.TerminateInstances).toBeUndefined();
  });

  it('terminated all at once are replaced by as few calls', () => {
    const { calls } = phase(1);
    // A group's losses show in two looks at most where its machines' events come in different batches.
    expect(calls.RunInstances).toBeLessThanOrEqual((2 * instances) / perGroup);
    // That each is lost, that each is gone, that each replacement runs; and what batches that are not full add.
    expect(calls.DescribeInstances).toBeLessThanOrEqual((5 * instances) / messagesPerCall);
    expect(calls.TerminateInstances).toBeUndefined();
  });

  it('are never throttled by EC2', () => {
    expect(figures.phases.map(({ throttled }) => throttled)).toEqual([0, 0]);
  });

  it('are one machine each in the end, and no machine is nobody’s', () => {
    expect([figures.machines, figures.owned]).toEqual([instances, instances]);
  });
});
