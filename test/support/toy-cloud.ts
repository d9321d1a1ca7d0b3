import type { BackendFailure, Controller, Step } from '../../lib/platform/lifecycle/types.ts';
import { BackendError } from '../../lib/platform/lifecycle/types.ts';
import type { Toy } from './toy.ts';

export interface Thing {
  token: string;
  state: 'running' | 'stopped';
}

/** What can go wrong with the next call. `crash-after`: the effect happens, and the caller is told nothing of use. */
export type ToyFault =
  | { failure: BackendFailure; soonMilliseconds?: number }
  | 'crash-before'
  | 'crash-after'
  | 'bug';

/** A cloud of things with client tokens, for a controller that is a toy as well. */
export class ToyCloud {
  readonly things = new Map<string, Thing>();
  readonly calls: string[] = [];
  readonly observed: string[][] = [];
  readonly faults: ToyFault[] = [];
  /** Runs inside the next call, before its effect. */
  during: (() => Promise<void> | void) | undefined;
  /** Whether a stop takes its time. */
  slow = false;

  async #call(name: string, effect: () => void): Promise<void> {
    this.calls.push(name);
    const during = this.during;
    this.during = undefined;
    await during?.();
    const fault = this.faults.shift();
    if (fault === 'crash-before') throw new Crash();
    if (fault === 'bug') throw new TypeError('no such thing');
    if (typeof fault === 'object' && fault.failure !== 'ambiguous')
      throw new BackendError(fault.failure, `the cloud says ${fault.failure}`, undefined, fault);
    effect();
    if (fault === 'crash-after') throw new Crash();
    if (fault) throw new BackendError('ambiguous', 'no answer');
  }

  make(id: string, token: string): Promise<void> {
    return this.#call('make', () => {
      if (!this.things.has(id)) this.things.set(id, { token, state: 'running' });
    });
  }

  set(id: string, state: Thing['state']): Promise<void> {
    return this.#call(state, () => {
      const thing = this.things.get(id);
      if (thing) thing.state = state;
    });
  }

  destroy(id: string): Promise<void> {
    return this.#call('destroy', () => {
      this.things.delete(id);
    });
  }
}

/** The process ends here. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** Brings toys about: one thing each, running or stopped as wanted. */
export const toyController = (cloud: ToyCloud): Controller<Toy, Thing> => ({
  kind: 'TOY',
  async observe(resources) {
    cloud.observed.push(resources.map(({ id }) => id));
    return new Map(
      resources.flatMap(({ id }): [string, Thing][] => {
        const thing = cloud.things.get(id);
        return thing ? [[id, { ...thing }]] : [];
      }),
    );
  },
  reconcile(wanted, thing, now): Step<Toy> {
    const done = (name: string, work: () => Promise<void>): Step<Toy> => ({
      do: 'call',
      name,
      call: async () => {
        await work();
        return undefined;
      },
    });
    if (wanted.deleted_at) {
      if (thing) return done('destroy', () => cloud.destroy(wanted.id));
      return { do: 'forget', usage: { toys: 1 } };
    }
    if (!wanted.zone) return { do: 'write', set: { zone: 'z1' } };
    if (!thing) {
      if (wanted.status === 'RUNNING') return { do: 'fail', reason: 'the thing is gone' };
      return done('make', () => cloud.make(wanted.id, `${wanted.id}-${wanted.attempt}`));
    }
    if (wanted.padding === 'wait' && now < Date.parse(wanted.created_at) + 60_000)
      return { do: 'wait', milliseconds: 5_000, reason: 'it is not ready' };
    const state = wanted.desired_status === 'STOPPED' ? 'stopped' : 'running';
    if (wanted.desired_status && thing.state !== state) return done(state, () => cloud.set(wanted.id, state));
    return {
      do: 'converged',
      set: { status: thing.state === 'running' ? 'RUNNING' : 'STOPPED' },
      remove: ['desired_status', 'status_reason'],
      ...(wanted.padding === 'again' && { lookAgainMilliseconds: 5_000 }),
    };
  },
});
