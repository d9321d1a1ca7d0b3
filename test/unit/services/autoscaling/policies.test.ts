import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../lib/services/autoscaling/policies.ts';
import type { PolicyRecord, ScalingGroupRecord } from '../../../../lib/services/autoscaling/record.ts';
import type { GroupSamples } from '../../../../lib/services/metrics/service.ts';

type Group = Parameters<typeof evaluate>[0];

const at = '2026-01-01T12:00:00Z';
const begin = Date.parse(at);
const now = begin + 90_000;
const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

const policy = (change: Partial<PolicyRecord> = {}): PolicyRecord => ({
  id: 'p1',
  name: 'cpu',
  metric_type: 'cpu',
  target_value: 50,
  scale_out_step: 1,
  scale_in_step: 1,
  cooldown_sec: 60,
  ...change,
});

const members = (count: number, in_service_at: string | undefined = iso(begin - 60_000)) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `i${index}`,
      { launched_at: iso(begin - 120_000), image: 'nginx', in_service_at },
    ]),
  ) as ScalingGroupRecord['members'];

const group = (count: number, change: Partial<Group> = {}): Group => ({
  members: members(count),
  policies: [policy()],
  desired_count: count,
  min_instances: 1,
  max_instances: 6,
  open_activities: [],
  ...change,
});

const measured = (count: number, cpu: number, memory?: number): GroupSamples => ({
  minute: at,
  samples: Object.fromEntries(Array.from({ length: count }, (_, index) => [`i${index}`, { cpu, memory }])),
});

describe('a policy', () => {
  it.each([
    ['grows above its target', group(2), measured(2, 51), 3],
    ['grows by its step', group(2, { policies: [policy({ scale_out_step: 3 })] }), measured(2, 90), 5],
    [
      'grows to the most at most',
      group(5, { policies: [policy({ scale_out_step: 3 })] }),
      measured(5, 90),
      6,
    ],
    ['holds at its target', group(2), measured(2, 50), undefined],
    ['holds within ten of it', group(3), measured(3, 40), undefined],
    ['shrinks more than ten below it', group(6), measured(6, 39), 5],
    ['shrinks by its step', group(6, { policies: [policy({ scale_in_step: 3 })] }), measured(6, 10), 3],
    [
      'shrinks by less where its step would leave the others above the target',
      group(6, { policies: [policy({ scale_in_step: 4 })] }),
      measured(6, 30),
      4,
    ],
    ['does not shrink where one less would be above the target', group(2), measured(2, 30), undefined],
    ['shrinks to the least at least', group(2, { min_instances: 2 }), measured(2, 1), undefined],
    ['shrinks to nothing where that is allowed', group(1, { min_instances: 0 }), measured(1, 1), 0],
    ['averages', group(2), { minute: at, samples: { i0: { cpu: 99 }, i1: { cpu: 2 } } }, 3],
  ])('%s', (_, of, samples, desired) => {
    expect(evaluate(of, samples, now)?.desired).toBe(desired);
  });

  it.each([
    ['nothing was measured', group(2), undefined],
    ['one member was not measured', group(3), measured(2, 90)],
    ['its own metric was not', group(2, { policies: [policy({ metric_type: 'memory' })] }), measured(2, 90)],
    ['the minute is too long ago', group(2), { ...measured(2, 90), minute: iso(now - 361_000) }],
    [
      'the minute is older than the latest change of size',
      group(2, { scaled_at: iso(begin + 1) }),
      measured(2, 90),
    ],
    [
      'a change of size is under way',
      group(2, { open_activities: [{ id: 'a', scales: true }] }),
      measured(2, 90),
    ],
    [
      'a replacement is under way',
      group(2, { open_activities: [{ id: 'a', scales: false }] }),
      measured(2, 90),
    ],
    ['an instance is missing', group(2, { desired_count: 3 }), measured(2, 90)],
    [
      'an instance is starting',
      group(2, { members: { ...members(1), i1: { launched_at: at, image: 'nginx' } } }),
      measured(2, 90),
    ],
    [
      'an instance is leaving',
      group(2, {
        members: {
          ...members(2),
          i2: { launched_at: at, image: 'nginx', in_service_at: at, leaving: { since: at, reason: '' } },
        },
      }),
      measured(3, 90),
    ],
    [
      'it cools down',
      group(2, { policies: [policy({ last_scaled_at: iso(now - 59_000) })] }),
      measured(2, 90),
    ],
    ['there is no policy', group(2, { policies: [] }), measured(2, 90)],
  ])('holds where %s', (_, of, samples) => {
    expect(evaluate(of, samples, now)).toBeUndefined();
  });

  it('grows a group that protection keeps larger than it should be, and does not ask it to shrink again', () => {
    const protectedOnes = Object.fromEntries(
      Object.entries(members(3)).map(([id, member]) => [id, { ...member, protected: true }]),
    );
    const of = group(2, { members: protectedOnes });
    expect(evaluate(of, measured(3, 90), now)?.desired).toBe(4);
    expect(evaluate(of, measured(3, 1), now)).toBeUndefined();
  });

  it('decides again when it has cooled down', () => {
    const cooled = group(2, { policies: [policy({ last_scaled_at: iso(now - 60_000) })] });
    expect(evaluate(cooled, measured(2, 90), now)).toEqual({
      desired: 3,
      fired: ['p1'],
      cause: 'policy cpu: cpu 90.0 % above 50 %',
    });
  });

  it('does not wait for the measurement of a member that came within the minute', () => {
    const young = { launched_at: at, image: 'nginx', in_service_at: iso(begin + 5_000) };
    const of = group(3, { members: { ...members(2), i2: young } });
    expect(evaluate(of, measured(2, 90), now)?.desired).toBe(4);
  });
});

describe('several policies', () => {
  const memory = policy({ id: 'p2', name: 'memory', metric_type: 'memory', scale_out_step: 2 });

  it.each([
    ['the largest count wins', measured(3, 90, 90), 5, ['p2']],
    ['one alone is enough to grow', measured(3, 90, 45), 4, ['p1']],
    ['one that wants to grow outvotes one that wants to shrink', measured(3, 1, 90), 5, ['p2']],
    ['all must agree to shrink', measured(3, 1, 45), undefined, undefined],
    ['a shrinking that all agree to is the smallest of theirs', measured(3, 1, 20), 2, ['p1', 'p2']],
    ['one without data holds the others from shrinking', measured(3, 1), undefined, undefined],
  ])('%s', (_, samples, desired, fired) => {
    const verdict = evaluate(group(3, { policies: [policy(), memory] }), samples, now);
    expect([verdict?.desired, verdict?.fired]).toEqual([desired, fired]);
  });
});

/** Runs a group for a while under a load that its instances share evenly. @returns its sizes */
const run = (start: Group, load: number, decisions: number): number[] => {
  let count = start.desired_count;
  const sizes = [count];
  let time = now;
  let policies = start.policies;
  for (let round = 0; round < decisions; round++) {
    time += 86_400_000;
    const minute = iso(time - 90_000);
    const cpu = Math.min(100, count === 0 ? 0 : load / count);
    const samples = { ...measured(count, cpu, cpu), minute };
    const of = { ...start, members: members(count), desired_count: count, policies };
    const verdict = evaluate(of, samples, time);
    if (verdict) {
      count = verdict.desired;
      policies = policies.map((one) =>
        verdict.fired.includes(one.id) ? { ...one, last_scaled_at: iso(time) } : one,
      );
    }
    sizes.push(count);
  }
  return sizes;
};

const policies = fc
  .array(
    fc.record({
      target_value: fc.double({ min: 0.5, max: 100, noNaN: true }),
      scale_out_step: fc.integer({ min: 1, max: 20 }),
      scale_in_step: fc.integer({ min: 1, max: 20 }),
      cooldown_sec: fc.integer({ min: 60, max: 3_600 }),
      metric_type: fc.constantFrom('cpu' as const, 'memory' as const),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((all) => all.map((one, index) => policy({ ...one, id: `p${index}`, name: `p${index}` })));

const sizes = fc
  .record({ least: fc.integer({ min: 1, max: 20 }), more: fc.integer({ min: 0, max: 19 }), at: fc.nat(19) })
  .map(({ least, more, at: place }) => {
    const most = Math.min(20, least + more);
    return { min_instances: least, max_instances: most, desired_count: Math.min(most, least + place) };
  });

describe('under a steady load', () => {
  it('a group ends within its bounds, and never shrinks and grows in turns', () => {
    fc.assert(
      fc.property(policies, sizes, fc.double({ min: 0, max: 2_000, noNaN: true }), (all, size, load) => {
        const all_sizes = run(group(size.desired_count, { ...size, policies: all }), load, 60);
        const steps = all_sizes.slice(1).map((count, index) => Math.sign(count - (all_sizes[index] ?? 0)));
        const moves = steps.filter((step) => step !== 0);
        // It may overshoot once on its way up, as a step is a step; after it has shrunk it does not grow again.
        const firstIn = moves.indexOf(-1);
        expect(firstIn === -1 || moves.slice(firstIn).every((step) => step === -1)).toBe(true);
        expect(steps.slice(-20).every((step) => step === 0)).toBe(true);
        for (const count of all_sizes) {
          expect(count).toBeGreaterThanOrEqual(size.min_instances);
          expect(count).toBeLessThanOrEqual(size.max_instances);
        }
      }),
      { numRuns: 500 },
    );
  });
});
