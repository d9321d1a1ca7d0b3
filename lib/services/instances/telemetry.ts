import type { Clock } from '../../platform/clock.ts';
import { CloudError } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import { BackendError } from '../../platform/lifecycle/types.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { instanceTypes } from './instance-types.ts';
import type { InstanceRecord } from './record.ts';
import type { InstanceConsole, InstanceStats } from './schema.ts';

export interface MachineUse {
  cpuPercent: number;
  /** Absent where no agent reports it. */
  memoryPercent?: number;
}

/** What a machine tells of itself. Throws nothing but `BackendError` on purpose. */
export interface TelemetrySource {
  /** What the machine wrote to its console, newest last; EC2 keeps 64 KB. */
  console(machineId: string, signal: AbortSignal): Promise<{ output: string; at?: Date }>;
  /** The latest use that was measured; zero where nothing was. */
  use(machineId: string, signal: AbortSignal): Promise<MachineUse>;
}

export interface TelemetryOptions {
  store: ResourceStore<InstanceRecord>;
  source: TelemetrySource;
  clock: Clock;
}

/** Users poll; EC2 and CloudWatch bill and limit. */
const freshMilliseconds = 5_000;
const maxKept = 200;

/** Contract 2.3. */
const maxLogLines = 2_000;

const retryAfterSeconds = 2;

/** Answers of a source, kept for a few seconds; two askers at once share one call. */
const briefly = <T>(clock: Clock, read: (machineId: string, signal: AbortSignal) => Promise<T>) => {
  const kept = new Map<string, { answer: Promise<T>; until: number }>();
  return (machineId: string, signal: AbortSignal): Promise<T> => {
    const held = kept.get(machineId);
    if (held && held.until > clock.now()) return held.answer;
    const answer = read(machineId, signal);
    if (kept.size >= maxKept) kept.clear();
    kept.set(machineId, { answer, until: clock.now() + freshMilliseconds });
    answer.catch(() => kept.delete(machineId));
    return answer;
  };
};

/** Logs, console and use of instances, read from the cloud in the request. */
export class Telemetry {
  readonly #options: TelemetryOptions;
  readonly #console: ReturnType<typeof briefly<{ output: string; at?: Date }>>;
  readonly #use: ReturnType<typeof briefly<MachineUse>>;

  constructor(options: TelemetryOptions) {
    this.#options = options;
    this.#console = briefly(options.clock, options.source.console);
    this.#use = briefly(options.clock, options.source.use);
  }

  /** The last 2,000 lines. @throws CloudError `NOT_FOUND`, `INSTANCE_NOT_RUNNING` where no machine is behind it yet */
  async logs(caller: Caller, idOrName: string): Promise<string> {
    const { machineId } = await this.#machine(caller, idOrName);
    const { output } = await this.#ask(() => this.#console(machineId, caller.signal));
    const lines = output.split(/\r?\n/);
    const end = lines.at(-1) === '' ? lines.length - 1 : lines.length;
    return lines.slice(Math.max(0, end - maxLogLines), end).join('\n');
  }

  /** @throws CloudError `NOT_FOUND`, `INSTANCE_NOT_RUNNING` where no machine is behind it yet */
  async console(caller: Caller, idOrName: string): Promise<InstanceConsole> {
    const { machineId } = await this.#machine(caller, idOrName);
    const { output, at } = await this.#ask(() => this.#console(machineId, caller.signal));
    return { output, timestamp: at?.toISOString() };
  }

  /** @throws CloudError `NOT_FOUND`, `INSTANCE_NOT_RUNNING` where no machine is behind it yet */
  async stats(caller: Caller, idOrName: string): Promise<InstanceStats> {
    const { machineId, record } = await this.#machine(caller, idOrName);
    const use = await this.#ask(() => this.#use(machineId, caller.signal));
    const limit = (instanceTypes.get(record.instance_type)?.memoryMebibytes ?? 0) * 1_048_576;
    const memory = use.memoryPercent ?? 0;
    return {
      cpu_percentage: use.cpuPercent,
      memory_usage_bytes: Math.round((limit * memory) / 100),
      memory_limit_bytes: limit,
      memory_percentage: memory,
    };
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
