import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { newAccount } from '../test/support/api-client.ts';
import { freePort, startEngineProcess } from '../test/support/engine-process.ts';
import { quantile } from './statistics.ts';
import { measureSubnet, type SubnetFigures } from './subnet.ts';

export interface EngineFigures {
  /** From the command to the first answered request, on an installed checkout. */
  bootMilliseconds: number;
  launches: number;
  concurrentUsers: number;
  /** From sending the launch to first seeing RUNNING. */
  launchToRunningMilliseconds: { p50: number; p95: number; max: number };
  requestsPerSecond: number;
  errors: number;
  /** So many launches of one tenant into one subnet, all sent at once. */
  subnet: SubnetFigures;
  /** Highest resident memory of the engine's process and of the table server beside it. */
  peakMegabytes: { engine: number; tables: number };
}

const peakOf = (pid: number): number => {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return line ? Number(line[1]) / 1_024 : 0;
};

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

/** The whole platform on the engine, used by `users` at once through HTTP. */
export const measureEngine = async (users = 20, launchesEach = 5, seconds = 8): Promise<EngineFigures> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cloud-bench-'));
  const context = {
    rateLimit: { requestsPerSecond: 100_000, burst: 200_000 },
    authRateLimit: { perMinute: 6_000, burst: 6_000 },
    quotas: { instances: 1_000, vcpus: 2_000, vpcs: 5, subnets: 20 },
  };
  const started = performance.now();
  const engine = await startEngineProcess({ dataDir, port: await freePort(), context });
  const bootMilliseconds = performance.now() - started;
  try {
    const accounts = [];
    for (let index = 0; index < users; index++) accounts.push(await newAccount(engine.url, `bench${index}`));
    const times: number[] = [];
    await Promise.all(
      accounts.map(async ({ api }) => {
        for (let serial = 0; serial < launchesEach; serial++) {
          const begin = performance.now();
          const launched = await api.post<{ id: string }>('/instances', {
            name: `i-${serial}`,
            image: 'ubuntu-24.04',
          });
          if (launched.status !== 201)
            throw new Error(`launch answered ${launched.status}: ${launched.text}`);
          for (;;) {
            const { data } = await api.get<{ status: string }>(`/instances/${launched.data.id}`);
            if (data.status === 'RUNNING') break;
            if (performance.now() - begin > 30_000)
              throw new Error(`${launched.data.id} is ${data.status} after 30 s`);
            await new Promise((resolve) => setTimeout(resolve, 100));
          }
          times.push(performance.now() - begin);
        }
      }),
    );
    const reader = accounts[0]?.api;
    const { data } = (await reader?.get<{ id: string }[]>('/instances')) ?? { data: [] };
    const load = await autocannon({
      url: `${engine.url}/instances/${data[0]?.id}`,
      headers: { 'x-api-key': reader?.key ?? '' },
      connections: users,
      duration: seconds,
    });
    const subnet = await measureSubnet(engine.url);
    return {
      bootMilliseconds,
      launches: times.length,
      concurrentUsers: users,
      launchToRunningMilliseconds: {
        p50: quantile(times, 0.5),
        p95: quantile(times, 0.95),
        max: Math.max(...times),
      },
      requestsPerSecond: load.requests.average,
      errors: load.errors + load.non2xx,
      subnet,
      peakMegabytes: {
        engine: peakOf(engine.pid),
        tables: Math.max(0, ...childrenOf(engine.pid).map(peakOf)),
      },
    };
  } finally {
    await engine.end('SIGTERM');
    await rm(dataDir, { recursive: true, force: true });
  }
};
