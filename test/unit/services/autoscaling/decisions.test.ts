import { describe, expect, it } from 'vitest';
import { isTimeZone, mayFall, nextTime } from '../../../../lib/services/autoscaling/due.ts';
import { launchPorts, targetPort } from '../../../../lib/services/autoscaling/ports.ts';
import type { ScheduledRecord } from '../../../../lib/services/autoscaling/record.ts';
import { nextDue, runDue, sizesAfter } from '../../../../lib/services/autoscaling/scheduled.ts';
import { placed, type Standing, standingOf } from '../../../../lib/services/autoscaling/standing.ts';
import { victims } from '../../../../lib/services/autoscaling/victims.ts';
import type { InstanceRecord } from '../../../../lib/services/instances/service.ts';

const instance = (change: Partial<InstanceRecord>): InstanceRecord =>
  ({ id: 'i', name: 'web', status: 'RUNNING', container_id: 'i-1', ...change }) as InstanceRecord;

describe('how a member stands', () => {
  it.each<[string, InstanceRecord | undefined, Standing]>([
    ['its record is gone', undefined, 'gone'],
    ['somebody deletes it', instance({ deleted_at: 'now' }), 'gone'],
    ['it is launched', instance({ status: 'STARTING', desired_status: 'RUNNING' }), 'starting'],
    ['it runs without a machine', instance({ container_id: undefined }), 'starting'],
    ['it runs', instance({}), 'running'],
    ['it restarts', instance({ desired_status: 'RUNNING' }), 'running'],
    ['somebody has it stop', instance({ desired_status: 'STOPPED' }), 'starting'],
    ['it stands still', instance({ status: 'STOPPED' }), 'stopped'],
    ['somebody starts it again', instance({ status: 'STOPPED', desired_status: 'RUNNING' }), 'starting'],
    ['it failed', instance({ status: 'ERROR' }), 'broken'],
  ])('when %s', (_, record, standing) => {
    expect(standingOf(record)).toBe(standing);
  });
});

describe('which members a scale-in ends', () => {
  const member = (launched: number, change: object = {}) => ({
    launched_at: new Date(launched * 1_000).toISOString(),
    image: 'new',
    in_service_at: new Date(launched * 1_000).toISOString(),
    ...change,
  });
  const running = (...ids: string[]) => new Map(ids.map((id) => [id, instance({ id })]));

  it.each([
    ['the oldest', { a: member(2), b: member(1), c: member(3) }, running('a', 'b', 'c'), 2, ['b', 'a']],
    [
      'those of an older image first',
      { a: member(1), b: member(3, { image: 'old' }) },
      running('a', 'b'),
      1,
      ['b'],
    ],
    [
      'those that serve nobody before all others',
      { a: member(1, { image: 'old' }), b: member(3, { in_service_at: undefined }) },
      running('a'),
      1,
      ['b'],
    ],
    [
      'never a protected one',
      { a: member(1, { protected: true }), b: member(2) },
      running('a', 'b'),
      2,
      ['b'],
    ],
    ['none for a count below', { a: member(1) }, running('a'), -1, []],
  ])('%s', (_, members, instances, count, ids) => {
    expect(victims(placed(members, instances), count, 'new').map(({ id }) => id)).toEqual(ids);
  });
});

describe('sizes that fit together', () => {
  const before = { min_instances: 2, max_instances: 6, desired_count: 4 };
  it.each([
    ['nothing is given', {}, [2, 6, 4]],
    ['the count is', { desired_count: 5 }, [2, 6, 5]],
    ['the count is beyond', { desired_count: 9 }, [2, 6, 6]],
    ['the least rises above the count', { min_instances: 5 }, [5, 6, 5]],
    ['the least rises above the most', { min_instances: 8 }, [8, 8, 8]],
    ['the most falls below the count', { max_instances: 3 }, [2, 3, 3]],
    ['the most falls below the least', { max_instances: 1 }, [1, 1, 1]],
  ])('when %s', (_, given, [least, most, desired]) => {
    expect(sizesAfter(before, given)).toEqual({
      min_instances: least,
      max_instances: most,
      desired_count: desired,
    });
  });
});

describe('scheduled actions', () => {
  const now = Date.parse('2026-03-02T12:00:00Z');
  const action = (change: Partial<ScheduledRecord>): ScheduledRecord => ({
    id: change.name ?? 'a',
    name: 'a',
    next_run_at: '2026-03-02T11:00:00.000Z',
    ...change,
  });
  const group = (...scheduled: ScheduledRecord[]) => ({
    min_instances: 1,
    max_instances: 6,
    desired_count: 2,
    scheduled,
  });

  it('are left alone before their time', () => {
    const later = action({ next_run_at: '2026-03-02T12:00:01.000Z', cron: '0 12 * * *' });
    expect(runDue(group(later), now)).toBeUndefined();
    expect(nextDue(group(later))).toBe(now + 1_000);
    expect(nextDue(group())).toBeUndefined();
  });

  it('run in the order of their times, and one that falls due once is gone', () => {
    const change = runDue(
      group(
        action({
          name: 'second',
          cron: '0 12 * * *',
          desired_count: 3,
          next_run_at: '2026-03-02T12:00:00.000Z',
        }),
        action({ name: 'first', at: '2026-03-02T11:00:00Z', desired_count: 5, max_instances: 8 }),
      ),
      now,
    );
    expect(change).toEqual({
      sizes: { min_instances: 1, max_instances: 8, desired_count: 3 },
      scheduled: [
        expect.objectContaining({
          name: 'second',
          next_run_at: '2026-03-03T12:00:00.000Z',
          last_run_at: '2026-03-02T12:00:00.000Z',
        }),
      ],
      cause: 'scheduled action first; scheduled action second',
    });
  });

  it.each([
    [
      'a time that clocks skip is caught up at once',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-03-28T12:00:00Z',
      '2026-03-29T01:00:00Z',
    ],
    [
      'a time that comes twice counts once',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-10-25T00:30:00Z',
      '2026-10-26T01:30:00Z',
    ],
    [
      'day of month and day of week are either',
      '0 9 1 * 1',
      'UTC',
      '2026-01-02T00:00:00Z',
      '2026-01-05T09:00:00Z',
    ],
  ])('%s', (_, cron, zone, after, next) => {
    expect(nextTime(cron, zone, Date.parse(after))).toBe(Date.parse(next));
  });

  it.each([
    ['0 9 * * 1-5', true],
    ['*/10 * * * *', true],
    ['0 0 30 2 *', false],
    ['0 9 * *', false],
    ['* * * * * *', false],
    ['nonsense', false],
    ['', false],
  ])('%s is an expression that may fall due: %s', (cron, may) => {
    expect(mayFall(cron)).toBe(may);
  });

  it.each([
    ['UTC', true],
    ['Europe/Berlin', true],
    ['Mars/Olympus', false],
  ])('%s is a time zone: %s', (name, is) => {
    expect(isTimeZone(name)).toBe(is);
  });
});

describe('ports', () => {
  it.each([
    [undefined, undefined, 80],
    ['8080:80', '0:80', 80],
    ['8080:0,9090:3000', '0:0,0:3000', 3000],
  ])('of %s are launched as %s, and targets at %s', (ports, launched, target) => {
    expect(launchPorts(ports)).toBe(launched);
    expect(targetPort(ports)).toBe(target);
  });
});
