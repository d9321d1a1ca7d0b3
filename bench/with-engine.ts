import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../local/engine/free-port.ts';
import { type EngineProcess, startEngineProcess } from '../test/support/engine-process.ts';

/** Rates that no benchmark meets. */
const roomy = {
  rateLimit: { requestsPerSecond: 100_000, burst: 200_000 },
  authRateLimit: { perMinute: 6_000, burst: 6_000 },
};

/** The local engine in a process and a data folder of its own, as long as something is measured on it. */
export const withEngine = async <T>(
  measure: (engine: EngineProcess, dataDir: string) => Promise<T>,
  context: Record<string, unknown> = {},
): Promise<T> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cloud-bench-'));
  try {
    const port = await freePort();
    const engine = await startEngineProcess({ dataDir, port, context: { ...roomy, ...context } });
    try {
      return await measure(engine, dataDir);
    } finally {
      await engine.end('SIGTERM');
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
};
