import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exposition } from '../../../../lib/platform/totals/exposition.ts';
import { readTotals } from '../../../../lib/platform/totals/read-totals.ts';
import { createRequestMeter } from '../../../../lib/platform/totals/request-meter.ts';
import { createTally } from '../../../../lib/platform/totals/tally.ts';
import { type DynamoDbServer, startDynoxide } from '../../../support/dynoxide.ts';
import { FaultInjector } from '../../../support/faults.ts';
import { readExposition, valuesOf } from '../../../support/prometheus.ts';
import { costOf, localClient, openTables } from '../../../support/tables.ts';
import { served } from '../http/harness.ts';
import { widgetRoutes, widgets } from '../http/widgets.ts';

let server: DynamoDbServer;
beforeAll(async () => {
  server = await startDynoxide();
});
afterAll(() => server.stop());

const get = { method: 'GET', path: '/instances/:id' } as const;
const launch = { method: 'POST', path: '/instances' } as const;

const world = async () => {
  const opened = await openTables(server);
  const time = { now: 1_000_000 };
  const reported: unknown[] = [];
  const meterOver = (tables = opened.tables) =>
    createRequestMeter({ tables, clock: { now: () => time.now }, report: (error) => reported.push(error) });
  const shown = async () => readExposition(exposition(await readTotals(opened.tables, [])));
  return { opened, time, reported, meterOver, shown };
};

describe('requests', () => {
  it('are told to the table after 10 s, within a later request, and not before', async () => {
    const { opened, time, meterOver, shown } = await world();
    const meter = meterOver();
    meter.count({ route: get, method: 'GET', status: 200, milliseconds: 3 });
    meter.count({ route: get, method: 'GET', status: 404, milliseconds: 40 });
    meter.count({ route: launch, method: 'POST', status: 201, milliseconds: 12_000 });
    time.now += 9_999;
    expect(meter.flushIfDue()).toBeUndefined();
    time.now += 1;
    const flushing = costOf(opened, async () => meter.flushIfDue());
    expect(meter.flushIfDue(), 'one at a time').toBeUndefined();
    expect(await flushing).toEqual({ requests: 2, readUnits: 0, writeUnits: 2 });
    const families = await shown();
    expect(valuesOf(families, 'thecloud_http_requests_total')).toEqual({
      'GET /instances/:id 200': 1,
      'GET /instances/:id 404': 1,
      'POST /instances 201': 1,
    });
    const durations = families.get('thecloud_http_request_duration_seconds');
    expect(durations?.type).toBe('histogram');
    const value = (suffix: string, labels: Record<string, string>) =>
      durations?.samples.find(
        (sample) =>
          sample.name.endsWith(suffix) &&
          Object.entries(labels).every(([name, wanted]) => sample.labels[name] === wanted),
      )?.value;
    expect(value('_bucket', { method: 'GET', le: '0.005' })).toBe(1);
    expect(value('_bucket', { method: 'GET', le: '0.025' })).toBe(1);
    expect(value('_bucket', { method: 'GET', le: '0.05' })).toBe(2);
    expect(value('_sum', { method: 'GET' })).toBe(0.043);
    expect(value('_bucket', { method: 'POST', le: '10' })).toBe(0);
    expect(value('_count', { method: 'POST' })).toBe(1);
    time.now += 60_000;
    expect(meter.flushIfDue(), 'nothing is new').toBeUndefined();
  });

  it('of many processes add up, each after 1,000 of them or 10 s', async () => {
    const { meterOver, shown } = await world();
    const flushes = Array.from({ length: 4 }, () => {
      const meter = meterOver();
      for (let n = 0; n < 999; n++) meter.count({ route: get, method: 'GET', status: 200, milliseconds: n });
      expect(meter.flushIfDue()).toBeUndefined();
      meter.count({ route: get, method: 'GET', status: 500, milliseconds: 1 });
      return meter.flushIfDue();
    });
    await Promise.all(flushes);
    expect(valuesOf(await shown(), 'thecloud_http_requests_total')).toEqual({
      'GET /instances/:id 200': 3_996,
      'GET /instances/:id 500': 4,
    });
  });

  it('that match no route are one path, under the methods there are', async () => {
    const { time, meterOver, shown } = await world();
    const meter = meterOver();
    for (const method of ['GET', 'OPTIONS', 'BREW', '"}\n'])
      meter.count({ route: undefined, method, status: 404, milliseconds: 1 });
    time.now += 10_000;
    await meter.flushIfDue();
    expect(valuesOf(await shown(), 'thecloud_http_requests_total')).toEqual({
      'GET unmatched 404': 1,
      'OPTIONS unmatched 404': 1,
      'OTHER unmatched 404': 2,
    });
  });

  it('that could not be told are told the next time, and nobody is refused for it', async () => {
    const { opened, time, reported, meterOver, shown } = await world();
    const client = localClient(opened.url);
    const faults = new FaultInjector(client);
    faults.each(() => 'throttle');
    const meter = meterOver(opened.reopen({ client, maxAttempts: 2 }));
    meter.count({ route: get, method: 'GET', status: 200, milliseconds: 1 });
    time.now += 10_000;
    await meter.flushIfDue();
    expect(reported).toHaveLength(1);
    faults.clear();
    meter.count({ route: get, method: 'GET', status: 200, milliseconds: 1 });
    time.now += 10_000;
    await meter.flushIfDue();
    expect(valuesOf(await shown(), 'thecloud_http_requests_total')).toEqual({ 'GET /instances/:id 200': 2 });
    client.destroy();
  });
});

describe('a function with a meter', () => {
  it('counts each answer by its route’s pattern: matched, refused, unknown', async () => {
    const { time, meterOver, shown } = await world();
    const meter = meterOver();
    const app = served(widgetRoutes, widgets, { requestMeter: meter });
    await app.call({ path: '/widgets/one' });
    await app.call({ path: '/widgets/two', headers: { 'x-api-key': 'reader' } });
    await app.call({ path: '/widgets/three', headers: { 'x-api-key': 'reader' } });
    await app.call({ path: '/nothing/here' });
    await app.call({ method: 'OPTIONS', path: '/widgets/one' });
    time.now += 10_000;
    await app.call({ path: '/widgets/four' });
    expect(valuesOf(await shown(), 'thecloud_http_requests_total')).toEqual({
      'GET /widgets/:id 401': 1,
      'GET /widgets/:id 200': 2,
      'GET unmatched 404': 1,
      'OPTIONS unmatched 204': 1,
    });
  });
});

describe('a tally', () => {
  it('adds one to a series with one write, and holds up nobody where it can’t', async () => {
    const { opened, reported } = await world();
    const total = { name: 'tries_total', type: 'counter', help: 'Tries.', labels: ['result'] } as const;
    const report = (error: unknown) => reported.push(error);
    const tally = createTally({ tables: opened.tables, total, report });
    const cost = await costOf(opened, async () => {
      await tally('success');
      await tally('failure');
      await tally('success');
    });
    expect(cost).toEqual({ requests: 3, readUnits: 0, writeUnits: 3 });
    const families = readExposition(exposition(await readTotals(opened.tables, [total])));
    expect(valuesOf(families, 'thecloud_tries_total')).toEqual({ success: 2, failure: 1 });
    const broken = { write: () => Promise.reject(new Error('gone')) } as never;
    await createTally({ tables: broken, total, report })('success');
    expect(reported).toHaveLength(1);
  });
});
