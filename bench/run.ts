/**
 * `npm run bench`: measures, and writes `bench/report.md` and `bench/report.json`.
 *
 * `--gates` measures what has a gate, writes no report, and fails where a gate is passed.
 * `--report FILE` writes the gates' result as a test report. `--rounds N`: cold rounds, 21 by default.
 * `--no-units`, `--no-engine`: without what takes long.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startTables } from '../test/support/tables.ts';
import { measureBalancer } from './balancer.ts';
import { measureBatch } from './batch.ts';
import { buildAll } from './bundles.ts';
import { measureCold } from './cold.ts';
import { measureCron } from './cron.ts';
import { measureEngine } from './engine.ts';
import { functionEnvironment } from './environment.ts';
import { measureFanOut } from './fan-out.ts';
import { measureGroups } from './groups.ts';
import { measureInvocations } from './invocation.ts';
import { measureLoadSteps } from './load-step.ts';
import { measureMass } from './mass-launch.ts';
import { measureQueues } from './queues.ts';
import { machine, markdown, type Report, verdicts } from './report.ts';
import { seed } from './seed.ts';
import { measureUnits } from './units/index.ts';
import { measureWarm } from './warm.ts';

/** As fifty scaling groups of the largest size would. */
const measureThousand = async () => {
  const own = await startTables();
  try {
    return await measureMass(own, { instances: 1_000, perGroup: 20 });
  } finally {
    await own.stop();
  }
};

const { values } = parseArgs({
  options: {
    gates: { type: 'boolean', default: false },
    report: { type: 'string' },
    rounds: { type: 'string', default: '21' },
    units: { type: 'boolean', default: true },
    engine: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const rounds = Number(values.rounds);
const work = await mkdtemp(join(tmpdir(), 'cloud-bench-'));
const tables = await startTables();
try {
  Object.assign(process.env, functionEnvironment(tables.url, tables.names));
  console.log('building');
  // Inside the repository, so that a bundle's external modules resolve as they do in a deployed function.
  const bundles = await buildAll(join(import.meta.dirname, '../dist/bench'));
  await mkdir(join(work, 'events'), { recursive: true });
  const candidates = await seed(
    tables.tables,
    join(import.meta.dirname, '../dist/bench/functions'),
    join(work, 'events'),
  );
  console.log(`cold starts: ${rounds} rounds`);
  const cold = await measureCold(bundles.cold, bundles.empty, candidates, rounds);
  console.log('warm requests');
  const warm = await measureWarm(bundles.warm, candidates, Math.min(5, rounds));
  console.log('units');
  const units = values.units ? await measureUnits() : [];
  const report: Report = { machine: machine(), node: process.version, rounds, cold, warm, units };
  if (values.engine && !values.gates) {
    // Engines start a table server of their own: in one for all, what one on a virtual clock has left lies in the future.
    delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
    console.log('the engine');
    report.engine = await measureEngine();
    console.log('the local load balancer');
    report.balancer = await measureBalancer();
    console.log('scaling groups');
    report.groups = await measureGroups();
    console.log('steps of load');
    report.loadSteps = await measureLoadSteps();
    console.log('a thousand launches, and their replacement');
    report.mass = await measureThousand();
    console.log('batch jobs');
    report.batch = await measureBatch();
    console.log('messages');
    report.queues = await measureQueues();
    console.log('a fan-out to 100 webhooks');
    report.fanOut = await measureFanOut();
    console.log('invocations of functions');
    report.invocations = await measureInvocations();
    console.log('a thousand cron jobs due at once');
    report.cron = [];
    for (const answerMilliseconds of [0, 1_000, 10_000])
      report.cron.push(await measureCron({ jobs: 1_000, tenants: 20, answerMilliseconds }));
  }
  console.log(markdown(report));
  if (values.gates) {
    const judged = verdicts(report);
    const failed = judged.filter(({ value, gate }) => value > gate);
    for (const { what, value, gate } of failed)
      console.error(`over the gate: ${what}: ${value.toFixed(2)} > ${gate}`);
    if (values.report) {
      const counts = {
        numPassedTests: judged.length - failed.length,
        numFailedTests: failed.length,
        numPendingTests: 0,
      };
      await writeFile(values.report, JSON.stringify(counts));
    }
    process.exitCode = failed.length > 0 ? 1 : 0;
  } else {
    await writeFile(join(import.meta.dirname, 'report.md'), markdown(report));
    const file = join(import.meta.dirname, 'report.json');
    await writeFile(file, JSON.stringify(report));
    // As `npm run check` wants every file.
    execFileSync('npx', ['biome', 'format', '--write', file], { stdio: 'inherit' });
  }
} finally {
  await tables.stop();
  await rm(work, { recursive: true, force: true });
}
