import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Timers } from '../../local/clock.ts';
import { startEngine } from '../../local/engine/index.ts';
import type { EngineOptions } from '../../local/engine/options.ts';
import { ApiClient, newAccount } from './api-client.ts';

type Engine = Awaited<ReturnType<typeof startEngine>>;

export interface RunningEngine extends Omit<Engine, 'stop'> {
  stop(): Promise<void>;
}

/** Roomy rates, so that a test meets a limit only where it asks for one. */
const roomy = {
  rateLimit: { requestsPerSecond: 10_000, burst: 20_000 },
  authRateLimit: { perMinute: 6_000, burst: 6_000 },
};

/** The whole platform in this process, on a data folder of its own that goes with it. */
export const runEngine = async (
  context: Record<string, unknown> = {},
  timers?: Timers,
  options: Pick<EngineOptions, 'allowLoopbackTargets' | 'limits'> = {},
): Promise<RunningEngine> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cloud-test-'));
  const engine = await startEngine({
    dataDir,
    port: 0,
    quiet: true,
    context: { ...roomy, ...context },
    timers,
    ...options,
  });
  return {
    ...engine,
    stop: async () => {
      await engine.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

export { ApiClient, newAccount };
