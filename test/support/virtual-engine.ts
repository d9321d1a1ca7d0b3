import { VirtualTimers } from '../../local/clock.ts';
import { makeAdministrator } from './administrator.ts';
import { type Account, ApiClient } from './api-client.ts';
import { type RunningEngine, runEngine } from './engine.ts';
import { eventually } from './eventually.ts';

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;

/** Far ahead: the table server deletes what is past its time to live by the real clock. */
const start = Date.UTC(2030, 0, 1);

/** The whole platform on a clock that stands still until a test moves it. */
export interface VirtualEngine extends RunningEngine {
  admin: ApiClient;
  anonymous: ApiClient;
  now(): number;
  /** Waits until no message is ready or in flight any more. */
  idle(): Promise<unknown>;
  /**
   * Moves the clock once the queues are idle: what was under way belongs to the time before. In steps below the queues'
   * visibility timeout: what a worker gets within a longer one would be delivered again before it has begun.
   */
  pass(milliseconds: number): Promise<void>;
  /** As a machine that is asleep meanwhile: nothing is scheduled before it wakes up, and then each schedule once. */
  sleep(milliseconds: number): Promise<void>;
  /** How many messages wait in a queue for their time. */
  delayed(queue: string): number;
  /** An account of its own; where registration is by invitation, on an invitation of the administrator's. */
  newAccount(): Promise<Account>;
}

const longestStep = minute;

const password = 'Correct-horse-battery-9';

export const runVirtualEngine = async (
  context: Record<string, unknown> = {},
  limits?: 'default' | 'roomy',
): Promise<VirtualEngine> => {
  const timers = new VirtualTimers(start);
  const engine = await runEngine({ registration: 'invite', ...context }, timers, { limits });
  const admin = (await makeAdministrator(engine)).api;
  const anonymous = new ApiClient(engine.url);
  const underWay = () =>
    Object.entries(engine.cloud.queues.depths()).filter(([, { ready, inFlight }]) => ready + inFlight > 0);
  const idle = async () => {
    try {
      return await eventually('no message is under way', async () => underWay().length === 0);
    } catch (error) {
      throw new Error(`in the queues: ${JSON.stringify(Object.fromEntries(underWay()))}`, { cause: error });
    }
  };
  const pass = async (milliseconds: number) => {
    for (let left = milliseconds; ; left -= longestStep) {
      await idle();
      timers.advance(Math.min(left, longestStep));
      engine.followClock();
      if (left <= longestStep) return;
    }
  };
  const waiting = () => Object.values(engine.cloud.queues.depths()).some(({ delayed }) => delayed > 0);
  let accounts = 0;

  return {
    ...engine,
    admin,
    anonymous,
    now: () => timers.now(),
    idle,
    pass,
    async sleep(milliseconds) {
      const end = timers.now() + milliseconds;
      const awake = engine.cloud.schedules.map((schedule) => ({ schedule, run: schedule.run }));
      for (const { schedule } of awake) schedule.run = () => undefined;
      while (waiting()) await pass(minute);
      await idle();
      timers.advance(end - timers.now());
      for (const { schedule, run } of awake) {
        schedule.run = run;
        schedule.run(timers.now());
      }
      engine.followClock();
    },
    delayed: (queue) => engine.cloud.queues.depths()[`the-cloud-local-${queue}`]?.delayed ?? 0,
    async newAccount() {
      const { invitation } = (await admin.post<{ invitation: string }>('/admin/invitations', {})).data;
      const email = `virtual-${accounts++}@example.com`;
      const registered = await anonymous.post<{ id: string }>('/auth/register', {
        email,
        password,
        name: 'Virtual',
        invitation,
      });
      if (registered.status !== 201) throw new Error(`register answered ${registered.text}`);
      const login = await anonymous.post<{ api_key: string }>('/auth/login', { email, password });
      return { id: registered.data.id, email, password, api: anonymous.as(login.data.api_key) };
    },
  };
};
