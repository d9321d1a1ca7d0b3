import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { functionEnvironment } from '../../../bench/environment.ts';
import { measureAutoscalingUnits } from '../../../bench/units/autoscaling.ts';
import { measureBatchUnits } from '../../../bench/units/batch.ts';
import type { UnitFigures } from '../../../bench/units/figures.ts';
import { measureMetricsUnits } from '../../../bench/units/metrics.ts';
import { measureNetworkUnits } from '../../../bench/units/networks.ts';
import { measureSecretsUnits } from '../../../bench/units/secrets.ts';
import { measureStorageUnits } from '../../../bench/units/storage.ts';
import { measureTopicUnits } from '../../../bench/units/topics.ts';
import { startTables, type TestTables } from '../../support/tables.ts';

type Row = [what: string, requests: number, readUnits: number, writeUnits: number];

/** What docs/cost.md and the benchmark report say. A change of these is a change of what users' requests cost. */
const networkRows: Row[] = [
  ['POST /vpcs', 1, 0, 17],
  ['POST /vpcs/:id/subnets', 2, 1, 18],
  ['POST /security-groups', 1, 0, 18],
  ['POST /security-groups/:id/rules', 2, 1, 2],
  ['GET /vpcs/:id', 1, 1, 0],
  ['GET /vpcs?page=1 (2)', 2, 1, 0],
  ['GET /subnets/:id', 2, 2, 0],
  ['GET /vpcs/:id/subnets (20)', 2, 4, 0],
  ['GET /security-groups/:id', 2, 2, 0],
  ['GET /security-groups?vpc_id=… (20)', 2, 4, 0],
  ['POST /instances into a subnet', 2, 1, 9],
  ['POST /instances into a subnet, with a group', 3, 2, 11],
  ['POST /security-groups/detach', 3, 2, 6],
  ['POST /security-groups/attach', 3, 2, 6],
  ['POST /lb, the first in its VPC', 2, 1, 14],
  ['POST /lb, a further one', 2, 1, 10],
  ['POST /lb/:id/targets', 3, 2, 2],
  ['PATCH /lb/:id/targets/:instanceId', 2, 1, 2],
  ['GET /lb/:id', 1, 1, 0],
  ['GET /lb/:id/targets', 1, 1, 0],
  ['GET /lb?page=1 (2)', 2, 1, 0],
  ['DELETE /lb/:id/targets/:instanceId', 2, 1, 2],
  ['DELETE /lb/:id', 2, 1, 8],
  ['DELETE /instances/:id, in a subnet and a group', 2, 1, 11],
  ['DELETE /security-groups/:id/rules/:ruleId', 2, 1, 2],
  ['DELETE /security-groups/:id', 2, 1, 11],
  ['DELETE /subnets/:id', 2, 1, 18],
  ['PATCH /vpcs/:id (its name)', 2, 1, 9],
  ['DELETE /vpcs/:id, with 2 subnets in it', 3, 2, 17],
];

const storageRows: Row[] = [
  ['POST /volumes', 1, 0, 9],
  ['GET /volumes/:id', 1, 1, 0],
  ['GET /volumes/:id by name', 2, 2, 0],
  ['GET /volumes?page=1 (20)', 3, 2.5, 0],
  ['POST /volumes/:id/attach', 3, 2, 6],
  ['PATCH /volumes/:id (larger)', 2, 1, 5],
  ['POST /volumes/:id/detach', 3, 2, 6],
  ['GET /volumes/:id/actions', 2, 1.5, 0],
  ['POST /instances with a volume', 2, 1, 11],
  ['DELETE /instances/:id with a volume', 3, 2, 12],
  ['POST /snapshots', 2, 1, 9],
  ['GET /snapshots/:id', 1, 1, 0],
  ['GET /snapshots?page=1 (20)', 3, 2.5, 0],
  ['POST /snapshots/:id/restore', 2, 1, 11],
  ['DELETE /volumes/:id', 2, 1, 11],
  ['DELETE /snapshots/:id (among 20 volumes)', 2, 1, 8],
  ['POST /snapshot-schedules', 2, 1, 9],
  ['GET /snapshot-schedules/:id', 1, 1, 0],
  ['GET /snapshot-schedules?page=1 (2)', 2, 1, 0],
  ['PATCH /snapshot-schedules/:id', 2, 1, 2],
  ['DELETE /snapshot-schedules/:id', 2, 1, 9],
];

/** What a minute of 10,000 scaling groups with policies costs: docs/cost.md. */
const metricsRows: Row[] = [
  ['the list of 10000 metered groups', 16, 120, 0],
  ['the collection of 120 groups of 5 instances', 13, 360, 120],
  ['what was measured of a group in the last minutes', 1, 0.5, 0],
];

const autoscalingRows: Row[] = [
  ['GET /autoscaling/groups/:id', 1, 1, 0],
  ['GET /autoscaling/groups?page=1 (1)', 2, 1, 0],
  ['GET /autoscaling/groups/:id/instances (2)', 2, 2, 0],
  ['GET /autoscaling/groups/:id/activities', 2, 1.5, 0],
  ['POST /autoscaling/groups/:id/policies', 2, 1, 11],
  ['a look at a group of 2 that has nothing to do', 6, 4.5, 2],
  ['DELETE /autoscaling/policies/:id', 3, 2, 11],
  ['PATCH /autoscaling/groups/:id, another count', 2, 1, 7],
  ['the launch of an instance by its group', 8, 7, 17],
  ['an instance that comes into service', 7, 6, 11],
  ['the end of an instance by its group', 11, 11, 25],
  ['DELETE /autoscaling/groups/:id', 2, 1, 13],
  ['an evaluation of 10 groups of 5 that changes nothing', 3, 10, 1],
];

/** What batch jobs cost: docs/cost.md. */
const batchRows: Row[] = [
  ['POST /batch/jobs of 10000 targets', 3, 1, 470],
  ['POST /batch/jobs of 100 targets', 4, 1.5, 16],
  ['a look that begins 100 stops', 18, 105, 331],
  ['a look at 100 items that are under way', 7, 107, 5],
  ['a look that writes down the end of 100, and of the job', 8, 107, 20],
  ['GET /batch/jobs/:id', 1, 1, 0],
  ['GET /batch/jobs/:id/items?page=1 (20)', 2, 2, 0],
  ['GET /batch/jobs?page=1 (2)', 2, 1, 0],
  ['a look that tags 100, and ends the job', 17, 104, 334],
  ['a look that begins 100 launches', 12, 4, 571],
];

/** What topics and deliveries cost: docs/cost.md. */
const topicRows: Row[] = [
  ['POST /notify/topics', 1, 0, 9],
  ['POST /notify/topics/:id/subscriptions', 2, 1, 9],
  ['GET /notify/topics/:id/subscriptions?page=1 (20 of 100)', 3, 106, 0],
  ['POST /notify/topics/:id/publish', 1, 1, 0],
  ['a fan-out to 100 webhooks', 3, 56, 0],
  ['100 deliveries that succeed at once', 400, 300, 100],
  ['GET /notify/subscriptions/:id/deliveries', 2, 1.5, 0],
];

const secretRows: Row[] = [
  ['POST /secrets', 1, 0, 14],
  ['GET /secrets/:id', 3, 2, 1],
  ['GET /secrets/:id by name', 4, 3, 1],
  ['GET /secrets (20)', 1, 3, 0],
  ['POST /secrets/:id/versions', 2, 1, 8],
  ['POST /secrets/:id/versions, the 21st', 2, 1, 14],
  ['GET /secrets/:id/versions (20)', 2, 2, 0],
  ['PATCH /secrets/:id', 2, 1, 1],
  ['DELETE /secrets/:id', 3, 2, 9],
  ['POST /secrets/:id/restore', 2, 1, 9],
];

/** Counted by dynoxide as AWS bills. */
describe.each([
  ['networks and load balancers', measureNetworkUnits, networkRows],
  ['volumes and snapshots', measureStorageUnits, storageRows],
  ['metrics of scaling groups', measureMetricsUnits, metricsRows],
  ['scaling groups', measureAutoscalingUnits, autoscalingRows],
  ['batch jobs', measureBatchUnits, batchRows],
  ['topics and deliveries', measureTopicUnits, topicRows],
  ['secrets', measureSecretsUnits, secretRows],
] as const)('what DynamoDB is paid for %s', (_, measure, rows) => {
  let opened: TestTables;
  let figures: UnitFigures[];

  beforeAll(async () => {
    opened = await startTables();
    for (const [name, value] of Object.entries(functionEnvironment(opened.url, opened.names)))
      vi.stubEnv(name, value);
    figures = await measure(opened);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await opened?.stop();
  });

  it.each(rows)('%s costs %d round trips, %d read units and %d write units', (...row) => {
    const found = figures.find(({ what }) => what === row[0]);
    expect([found?.what, found?.requests, found?.readUnits, found?.writeUnits]).toEqual(row);
  });

  it('is counted for no work that is missing here', () => {
    expect(figures.map(({ what }) => what)).toEqual(rows.map(([what]) => what));
  });
});
