import type { Clock } from '../../platform/clock.ts';
import { CloudError } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import { BackendError } from '../../platform/lifecycle/types.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { instanceTypes } from './instance-types.ts';
import type { InstanceMetrics, InstanceMetricsQuery } from './metrics-schema.ts';
import { type MetricsWindow, metricsWindow } from './metrics-window.ts';
import type { InstanceRecord } from './record.ts';
import type { InstanceConsole, InstanceStats } from './schema.ts';

export interface MachineUse {
  cpuPercent: number;
  /** Absent where no agent reports it. */
  memoryPercent?: number;
}

/** One measurement; `at` is when its period began, in milliseconds since the epoch. */
export interface Measurement {
  at: number;
  value: number;
}

/** CPU and memory in percent, traffic in bytes a period. */
export type MachineHistory = Record<'cpu' | 'memory' | 'networkIn' | 'networkOut', readonly Measurement[]>;

/** What a machine tells of itself. Throws nothing but `BackendError` on purpose. */
export interface TelemetrySource {
  /** What the machine wrote to its console, newest last; EC2 keeps 64 KB. */
  console(machineId: string, signal: AbortSignal): Promise<{ output: string; at?: Date }>;
  /** The latest use that was measured; zero where nothing was. */
  use(machineId: string, signal: AbortSignal): Promise<MachineUse>;
  /** What was measured in a window, oldest first; empty where nothing was. */
  history(machineId: string, window: MetricsWindow, signal: AbortSignal): Promise<MachineHistory>;
}

export interface TelemetryOptions {
  store: ResourceStore<InstanceRecord>;
  source: TelemetrySource;
  clock: Clock;
}

/** Users poll; EC2 and CloudWatch bill and limit. */
const freshMilliseconds = 5_000;
const maxKept = 200;
/** A history has up to 5,760 measurements. */
const maxHistoriesKept = 20;

/** Contract 2.3. */
const maxLogLines = 2_000;

const retryAfterSeconds = 2;

/** Answers of a source by what was asked, kept for a few seconds; two askers at once share one call. */
const briefly = <T>(clock: Clock, atMost: number) => {
  const kept = new Map<string, { answer: Promise<T>; until: number }>();
  return (question: string, read: () => Promise<T>): Promise<T> => {
    const held = kept.get(question);
    if (held && held.until > clock.now()) return held.answer;
    const answer = read();
    if (kept.size >= atMost) kept.clear();
    kept.set(question, { answer, until: clock.now() + freshMilliseconds });
    answer.catch(() => kept.delete(question));
    return answer;
  };
};

const pointsOf = (measurements: readonly Measurement[]) =>
  measurements.map(({ at, value }) => ({ timestamp: new Date(at).toISOString(), value }));

/** Logs, console, use and metrics of instances, read from the cloud in the request. */
export class Telemetry {
  readonly #options: TelemetryOptions;
  readonly #console: ReturnType<typeof briefly<{ output: string; at?: Date }>>;
  readonly #use: ReturnType<typeof briefly<MachineUse>>;
  readonly #history: ReturnType<typeof briefly<MachineHistory>>;

  constructor(options: TelemetryOptions) {
    this.#options = options;
    this.#console = briefly(options.clock, maxKept);
    this.#use = briefly(options.clock, maxKept);
    this.#history = briefly(options.clock, maxHistoriesKept);
  }

  /** The last 2,000 lines. @throws CloudError `NOT_FOUND`, `INSTANCE_NOT_RUNNING` where no machine is behind it yet */
  async logs(caller: Caller, idOrName: string): Promise<string> {
    const { machineId } = await this.#machine(caller, idOrName);
    const { output } = await this.#output(machineId, caller);
    const lines = output.split(/\r?\n/);
    const end = lines.at(-1) === '' ? lines.length - 1 : lines.length;
    return lines.slice(Math.max(0, end - maxLogLines), end).join('\n');
  }

  /** @throws CloudError `NOT_FOUND`, `INSTANCE_NOT_RUNNING` where no machine is behind it yet */
  async console(caller: Caller, idOrName: string): Promise<InstanceConsole> {
    const { machineId } = await this.#machine(caller, idOrName);
    const { output, at } = await this.#output(machineId, caller);
    return { output, timestamp: at?.toISOString() };
  }

  /** @throws CloudError `NOT_FOUND`, `INSTANCE_NOT_RUNNING` where no machine is behind it yet */
  async stats(caller: Caller, idOrName: string): Promise<InstanceStats> {
    const { machineId, record } = await this.#machine(caller, idOrName);
    const { source } = this.#options;
    const use = await this.#ask(() => this.#use(machineId, () => source.use(machineId, caller.signal)));
    const limit = (instanceTypes.get(record.instance_type)?.memoryMebibytes ?? 0) * 1_048_576;
    const memory = use.memoryPercent ?? 0;
    return {
      cpu_percentage: use.cpuPercent,
      memory_usage_bytes: Math.round((limit * memory) / 100),
      memory_limit_bytes: limit,
      memory_percentage: memory,
    };
  }

  /**
   * @throws CloudError `NOT_FOUND`, `INSTANCE_NOT_RUNNING` where no machine is behind it yet, `INVALID_INPUT` for a window
   *   that there is nothing of
   */
  async metrics(caller: Caller, idOrName: string, query: InstanceMetricsQuery): Promise<InstanceMetrics> {
    const { clock, source } = this.#options;
    const window = metricsWindow(query, clock.now());
    const { machineId } = await this.#machine(caller, idOrName);
    const { from, to, resolutionSeconds } = window;
    const found = await this.#ask(() =>
      this.#history(`${machineId} ${from} ${to} ${resolutionSeconds}`, () =>
        source.history(machineId, window, caller.signal),
      ),
    );
    return {
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      resolution: resolutionSeconds,
      cpu: pointsOf(found.cpu),
      memory: pointsOf(found.memory),
      network_in: pointsOf(found.networkIn),
      network_out: pointsOf(found.networkOut),
    };
  }

  #output(machineId: string, { signal }: Caller): Promise<{ output: string; at?: Date }> {
    const { source } = this.#options;
    return this.#ask(() => this.#console(machineId, () => source.console(machineId, signal)));
  }

  async #machine(caller: Caller, idOrName: string): Promise<{ machineId: string; record: InstanceRecord }> {
    const record = await this.#options.store.get(caller.principal.tenant, idOrName, {
      signal: caller.signal,
    });
    if (record.container_id) return { machineId: record.container_id, record };
    throw new CloudError('INSTANCE_NOT_RUNNING', `the instance is ${record.status} and has no machine yet`);
  }

  async #ask<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      if (error.failure === 'not_yet') {
        throw new CloudError('INSTANCE_NOT_RUNNING', 'the instance has no machine', { cause: error });
      }
      throw new CloudError('UNAVAILABLE', 'the telemetry of instances can not be read now', {
        retryAfterSeconds,
        cause: error,
      });
    }
  }
}
