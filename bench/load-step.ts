import { minute, runVirtualEngine, second, type VirtualEngine } from '../test/support/virtual-engine.ts';

export interface LoadStepFigures {
  /** Steps of the load, each at another second of its minute. */
  steps: number;
  /** From the step until one more instance runs, on the platform's clock. */
  seconds: { least: number; median: number; most: number };
}

/** What a machine takes from `pending` to `running`, about as on AWS. */
const bootMilliseconds = 15 * second;
/** Neither of them lets the group shrink. */
const low = 65;
const high = 90;
/** How exactly the time of an instance's start is seen. */
const resolution = 5 * second;
const longest = 20 * minute;

interface Group {
  id: string;
  current_count: number;
}

/** Lets time go by until this holds. @returns the milliseconds that it took. @throws Error after 20 minutes */
const passUntil = async (engine: VirtualEngine, what: string, holds: () => Promise<boolean>) => {
  for (let passed = 0; passed < longest; passed += resolution) {
    if (await holds()) return passed;
    await engine.pass(resolution);
    await engine.idle();
  }
  throw new Error(`not within ${longest / minute} minutes: ${what}`);
};

/**
 * How long a rise of the load takes to become one more running instance: all of the platform on the local engine, with its
 * schedules, queues, and AWS's own limits and delays (CloudWatch shows a minute a minute late), on a virtual clock.
 */
export const measureLoadSteps = async (steps = 6): Promise<LoadStepFigures> => {
  const engine = await runVirtualEngine({}, 'default');
  engine.standIns.ec2.setBootMilliseconds(bootMilliseconds);
  engine.standIns.ec2.setAccountLimits({ vcpus: 1_000 });
  try {
    const user = await engine.newAccount();
    const post = async (path: string, body: object): Promise<Group> => {
      const answer = await user.api.post<Group>(path, body);
      if (answer.status !== 201) throw new Error(`${path} answered ${answer.text}`);
      return answer.data;
    };
    const vpc = await post('/vpcs', { name: 'stepped' });
    const size = { min_instances: 1, max_instances: 1 + steps, desired_count: 1 };
    const { id } = await post('/autoscaling/groups', {
      ...{ name: 'stepped', vpc_id: vpc.id, image: 'http-echo', ...size },
    });
    const running = () =>
      engine.standIns.ec2
        .inspect()
        .filter(({ state, tags }) => state === 'running' && tags['thecloud:tenant'] === user.id);
    const load = (cpuPercent: number) => {
      for (const { instanceId } of running()) engine.standIns.ec2.setLoad(instanceId, { cpuPercent });
    };
    await passUntil(engine, 'the first runs', async () => running().length === 1);
    load(low);
    await post(`/autoscaling/groups/${id}/policies`, {
      ...{ name: 'busy', metric_type: 'cpu', target_value: high - 20, cooldown_sec: 60 },
      ...{ scale_out_step: 1, scale_in_step: 1 },
    });
    const taken: number[] = [];
    for (let step = 0; step < steps; step++) {
      // Long enough that all are measured in detail, and that the cool-down of the step before is over.
      for (let minutes = 0; minutes < 8; minutes++) await engine.pass(minute);
      await engine.pass((step * minute) / steps);
      const before = running().length;
      load(high);
      taken.push(await passUntil(engine, 'one more runs', async () => running().length > before));
      load(low);
    }
    const sorted = taken.map((milliseconds) => milliseconds / second).sort((a, b) => a - b);
    const [least = 0] = sorted;
    return {
      steps,
      seconds: { least, median: sorted[Math.floor(steps / 2)] ?? 0, most: sorted.at(-1) ?? 0 },
    };
  } finally {
    await engine.stop();
  }
};
