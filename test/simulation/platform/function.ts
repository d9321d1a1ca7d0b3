import type { Context } from 'aws-lambda';
import type { Chaos } from '../engine/chaos.ts';
import { kill, type Process, runIn } from '../engine/process.ts';
import type { Scheduler } from '../engine/scheduler.ts';
import type { Trace } from '../engine/trace.ts';

export type Handler = (event: never, context: Context) => Promise<unknown>;

export interface FunctionSettings {
  name: string;
  timeoutSeconds: number;
  /** A cold start: everything that the function keeps between invocations is made here. */
  start(): Handler;
}

export interface FunctionParts {
  scheduler: Scheduler;
  chaos: Chaos;
  trace: Trace;
  /** Told of what no function may do: throw where it should answer. */
  surprised(name: string, error: unknown): void;
}

/** How an invocation ended. */
export type Invoked = { answer: unknown } | { failed: 'died' | 'timed out' | 'threw' };

interface Environment {
  process: Process;
  handler: Handler;
  busy: boolean;
}

/** A Lambda function: any number of execution environments, each with one invocation at a time. */
export class SimulatedFunction {
  readonly settings: FunctionSettings;
  readonly #parts: FunctionParts;
  #environments: Environment[] = [];
  #started = 0;

  constructor(settings: FunctionSettings, parts: FunctionParts) {
    this.settings = settings;
    this.#parts = parts;
  }

  /** Ends every environment, as a deployment does. */
  endAll(): void {
    for (const { process } of this.#environments) kill(process);
    this.#environments = [];
  }

  invoke(event: unknown): Promise<Invoked> {
    const { scheduler, trace, surprised } = this.#parts;
    const { name, timeoutSeconds } = this.settings;
    const environment = this.#free();
    const { process, handler } = environment;
    environment.busy = true;
    const end = scheduler.now() + timeoutSeconds * 1_000;
    const context = {
      functionName: name,
      awsRequestId: `${process.name}-${scheduler.steps}`,
      getRemainingTimeInMillis: () => end - scheduler.now(),
    } as Context;
    return new Promise((done) => {
      const cancelTimeout = scheduler.after(timeoutSeconds * 1_000, () => {
        trace.note('timeout', () => process.name);
        finish({ failed: 'timed out' });
        kill(process);
      });
      const finish = (invoked: Invoked): void => {
        cancelTimeout();
        process.onDeath = undefined;
        environment.busy = false;
        done(invoked);
      };
      process.onDeath = () => {
        this.#environments = this.#environments.filter((one) => one !== environment);
        finish({ failed: 'died' });
      };
      runIn(process, async () => handler(event as never, context)).then(
        (answer) => finish({ answer }),
        (error) => {
          surprised(name, error);
          finish({ failed: 'threw' });
        },
      );
    });
  }

  #free(): Environment {
    const { chaos } = this.#parts;
    const free = this.#environments.filter(({ busy, process }) => !busy && process.alive);
    if (free.length > 0 && !chaos.strikes('coldStart')) return chaos.random.pick(free);
    const process: Process = {
      name: `${this.settings.name}/${++this.#started}`,
      skew: chaos.skew(),
      alive: true,
      onDeath: undefined,
    };
    const environment = { process, handler: runIn(process, () => this.settings.start()), busy: false };
    this.#environments.push(environment);
    return environment;
  }
}
