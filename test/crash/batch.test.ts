import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { newAccount } from '../support/api-client.ts';
import { checkCounts, createJob, itemsOf, type Job, jobEnds } from '../support/batch-jobs.ts';
import { cloudInventory, recordItems } from '../support/engine-inspection.ts';
import { type EngineProcess, freePort, startEngineProcess } from '../support/engine-process.ts';
import { eventually } from '../support/eventually.ts';

const count = Number(process.env.BATCH_COUNT ?? 1_000);

let dataDir: string | undefined;
let engine: EngineProcess | undefined;
afterAll(async () => {
  await engine?.end('SIGKILL');
  if (dataDir) await rm(dataDir, { recursive: true, force: true });
});

it(`a job of ${count} launches, with the engine killed half way, launches ${count} and no more, and its counts add up`, async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cloud-batch-'));
  const port = await freePort();
  const start = () => startEngineProcess({ dataDir: dataDir as string, port, deadlineMilliseconds: 180_000 });
  engine = await start();
  const { api, id: tenant } = await newAccount(engine.url, 'batch');
  const job = await createJob(api, {
    action: 'instance.launch',
    count,
    parameters: { image: 'al2023', name: 'crew' },
  });
  const half = await eventually(
    'half of the job has been begun',
    async () => {
      const { data } = await api.get<Job>(`/batch/jobs/${job.id}`);
      checkCounts(data);
      return data.counts.pending <= count / 2 && data;
    },
    120_000,
  );
  await engine.end('SIGKILL');
  expect(half.counts.pending, 'the engine was killed before the job had begun all').toBeGreaterThan(0);
  engine = await start();

  const ended = await jobEnds(api, job.id, 300_000);
  expect(ended).toMatchObject({
    status: 'completed',
    counts: { total: count, succeeded: count, failed: 0, pending: 0, running: 0, cancelled: 0 },
  });
  const items = await itemsOf(api, job.id);
  expect(items.map(({ index }) => index)).toEqual(Array.from({ length: count }, (_, index) => index));
  const targets = new Set(items.map(({ target_id }) => target_id));
  expect(targets.size).toBe(count);
  const records = (await recordItems(engine.description)).filter(({ pk }) => pk === `T#${tenant}#INSTANCE`);
  expect(new Set(records.map(({ sk }) => sk))).toEqual(targets);
  const machines = (await cloudInventory(engine.description)).filter(({ state }) => state === 'running');
  expect(machines).toHaveLength(count);
});
