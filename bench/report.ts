import { cpus } from 'node:os';
import type { BalancerFigures } from './balancer.ts';
import type { BatchFigures } from './batch.ts';
import type { ColdFigures } from './cold.ts';
import type { CronFigures } from './cron.ts';
import type { EngineFigures } from './engine.ts';
import type { FanOutFigures } from './fan-out.ts';
import type { GroupFigures } from './groups.ts';
import type { InvocationFigures } from './invocation.ts';
import type { LoadStepFigures } from './load-step.ts';
import type { MassFigures } from './mass-launch.ts';
import type { QueueFigures } from './queues.ts';
import type { UnitFigures } from './units/index.ts';
import type { WarmFigures } from './warm.ts';

export interface Report {
  machine: string;
  node: string;
  rounds: number;
  cold: ColdFigures[];
  warm: WarmFigures[];
  units: UnitFigures[];
  engine?: EngineFigures;
  balancer?: BalancerFigures;
  groups?: GroupFigures;
  loadSteps?: LoadStepFigures;
  mass?: MassFigures;
  batch?: BatchFigures[];
  cron?: CronFigures[];
  invocations?: InvocationFigures[];
  queues?: QueueFigures[];
  fanOut?: FanOutFigures;
}

/** A goal, and the bound beyond which a change does not land. */
export interface Verdict {
  what: string;
  value: number;
  goal: number;
  gate: number;
}

export const machine = (): string => `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`;

/** The figures that have goals. */
export const verdicts = ({ cold, warm, units, engine }: Report): Verdict[] => [
  ...cold
    // Telemetry is the one API function that holds the EC2 client, which is why it is a function of its own.
    .filter(({ name }) => name !== 'bare' && name !== 'api-telemetry')
    .flatMap(({ name, ratio }) => [
      { what: `${name}: cold init`, value: ratio.init.processor, goal: 1, gate: 1.1 },
      { what: `${name}: init and first request`, value: ratio.initAndFirst.processor, goal: 1, gate: 1.1 },
      { what: `${name}: bundle bytes`, value: ratio.bytes, goal: 1, gate: 1.25 },
      { what: `${name}: resident memory`, value: ratio.resident, goal: 1, gate: 1.05 },
    ]),
  ...warm
    .filter(({ name }) => name !== 'bare')
    .map(({ name, ratio }) => ({
      what: `${name}: warm request`,
      value: ratio.processor,
      goal: 1.25,
      gate: 1.4,
    })),
  ...units.flatMap(({ what, bound, ...cost }) =>
    Object.entries(bound).map(([unit, most]) => ({
      what: `${what}: ${unit}`,
      value: cost[unit as 'requests' | 'readUnits' | 'writeUnits'],
      goal: most,
      gate: most,
    })),
  ),
  ...(engine
    ? [
        {
          what: 'launch to RUNNING, p50 ms',
          value: engine.launchToRunningMilliseconds.p50,
          goal: 500,
          gate: 500,
        },
        {
          what: 'launch to RUNNING, p95 ms',
          value: engine.launchToRunningMilliseconds.p95,
          goal: 2_000,
          gate: 2_000,
        },
      ]
    : []),
];

const number = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [head, head.map((_, column) => (column === 0 ? '---' : '--:')), ...rows]
    .map((row) => `| ${row.map((cell) => (typeof cell === 'number' ? number(cell) : cell)).join(' | ')} |`)
    .join('\n');

export const markdown = (report: Report): string => {
  const {
    cold,
    warm,
    units,
    engine,
    balancer,
    groups,
    loadSteps,
    mass,
    batch,
    cron,
    queues,
    fanOut,
    invocations,
  } = report;
  const parts = [
    '# Benchmark report',
    `${report.machine}, Node ${report.node}, ${report.rounds} paired and shuffled rounds. Ratios are to a bare 10-line GetItem handler on the AWS SDK, bundled, minified, ESM, module-first, with the SDK's own credential chain, measured in the same run: medians of the ratios round by round. Times are judged by the processor's, as others share the machine; the clock's are given beside them. Differences below 8 % are noise. Measured on one machine, not on AWS.`,
    'Timed requests: `GET /instances/:id` (compute), `GET /vpcs/:id` (network), `GET /volumes/:id` (storage), `GET /rbac/roles/developer` by an administrator (identity: warm it reads one item, as the bare handler does; a route that reads more, such as `GET /auth/keys` with two calls, costs more than these ratios say), `GET /health/live` (insight: no DynamoDB at all), logs of an instance that has none yet (telemetry).',
    '## Goals',
    table(
      ['figure', 'measured', 'goal', 'gate', ''],
      verdicts(report).map(({ what, value, goal, gate }) => [
        what,
        value,
        goal,
        gate,
        value <= goal ? 'reached' : value <= gate ? 'missed, within the gate' : '**over the gate**',
      ]),
    ),
    '## Cold start',
    table(
      [
        'function',
        'KB at start',
        'KB in all',
        'init ms',
        'p10–p90',
        'first ms',
        'RSS MB',
        'init × bare',
        'by the clock',
        'init and first × bare',
        'by the clock',
      ],
      cold.map((row) => [
        row.name,
        row.kilobytes,
        row.totalKilobytes,
        row.init.processor,
        row.initSpread.map(number).join('–'),
        row.first.processor,
        row.residentMegabytes,
        row.ratio.init.processor,
        row.ratio.init.wall,
        row.ratio.initAndFirst.processor,
        row.ratio.initAndFirst.wall,
      ]),
    ),
    '## Warm request, DynamoDB answered from memory',
    table(
      ['function', 'µs', '× bare', 'by the clock'],
      warm.map((row) => [row.name, row.microseconds.processor, row.ratio.processor, row.ratio.wall]),
    ),
    '## DynamoDB, counted: instances of a tenant with 10,000; of all else with 20 at most',
    table(
      ['work', 'round trips', 'read units', 'write units'],
      units.map((row) => [row.what, row.requests, row.readUnits, row.writeUnits]),
    ),
  ];
  if (engine) {
    parts.push(
      '## The whole platform on the local engine',
      table(
        ['figure', 'value'],
        [
          [
            'from the command to the first answered request, ms (less where the assembly was in the cache)',
            engine.bootMilliseconds,
          ],
          [
            `launch to RUNNING, ${engine.concurrentUsers} users at once, p50 ms`,
            engine.launchToRunningMilliseconds.p50,
          ],
          ['p95 ms', engine.launchToRunningMilliseconds.p95],
          ['slowest ms', engine.launchToRunningMilliseconds.max],
          [
            `GET /instances/:id, ${engine.concurrentUsers} connections, requests a second`,
            engine.requestsPerSecond,
          ],
          ['refused or failed of those', engine.errors],
          [
            `${engine.subnet.launches} launches at once into one subnet, ms until all are answered`,
            engine.subnet.allAnswered,
          ],
          ['ms until all of them are RUNNING', engine.subnet.allRunning],
          ['distinct addresses among them', `${engine.subnet.distinctAddresses}`],
          ['refused or failed of them', `${engine.subnet.errors}`],
          ['peak memory of the engine, MB', engine.peakMegabytes.engine],
          ['peak memory of the table server, MB', engine.peakMegabytes.tables],
        ],
      ),
    );
  }
  if (groups) {
    parts.push(
      '## Scaling groups, one worker on the local table server',
      table(
        ['figure', 'value'],
        [
          [
            `groups of 5 evaluated in a second, ${groups.evaluated} that change nothing`,
            groups.evaluatedPerSecond,
          ],
          [
            `groups that launch 2 instances in a second, ${groups.launched} of them`,
            groups.launchedPerSecond,
          ],
        ],
      ),
    );
  }
  if (loadSteps) {
    const { steps, seconds } = loadSteps;
    parts.push(
      '## From a rise of the load to one more running instance',
      table(
        ['steps', 'least seconds', 'median', 'most'],
        [[`${steps}`, seconds.least, seconds.median, seconds.most]],
      ),
      "The whole platform on the local engine, with AWS's limits and delays, on a virtual clock: each step of the load at another second of its minute, CloudWatch shows a minute a minute late, a machine boots in 15 s.",
    );
  }
  if (balancer) {
    parts.push(
      '## The local load balancer',
      table(
        ['figure', 'value'],
        [
          [
            `requests a second through the balancer, ${balancer.targets} targets of http-echo, ${balancer.connections} connections, all in one process`,
            balancer.balancer,
          ],
          ['through its proxy library alone, in turns with it', balancer.bare],
          [
            `bare by balancer, median of ${balancer.rounds} rounds; others share the machine, so it varies by a fifth`,
            balancer.ratio,
          ],
          ['refused or failed of those', balancer.errors],
        ],
      ),
    );
  }
  if (batch) {
    parts.push(
      '## Batch jobs on the local engine',
      table(
        ['jobs at once, a tenant each', 'items', 'seconds', 'items a second'],
        batch.map(({ jobs, items, seconds, itemsPerSecond }) => [
          `${jobs}`,
          `${items}`,
          seconds,
          itemsPerSecond,
        ]),
      ),
      "Items of `instance.tag`, which begin and end in one transaction of 20. A job's slices follow each other, so at most as many functions are busy as there are jobs.",
    );
  }
  if (cron) {
    parts.push(
      '## Cron jobs that are all due at once',
      table(
        [
          'jobs',
          'tenants',
          'their targets answer after, ms',
          'last call begun, seconds after the tick',
          'last run ended',
          'processor time a job, ms',
        ],
        cron.map(
          ({
            jobs,
            tenants,
            answerMilliseconds,
            lastBegunSeconds,
            lastEndedSeconds,
            cpuMillisecondsPerJob,
          }) => [
            `${jobs}`,
            `${tenants}`,
            `${answerMilliseconds}`,
            lastBegunSeconds,
            lastEndedSeconds,
            cpuMillisecondsPerJob,
          ],
        ),
      ),
      'One process does the work of all 50 executions of the worker, tables and targets beside it: on AWS each has a processor of its own.',
    );
  }
  if (queues) {
    parts.push(
      '## Messages through the local engine',
      table(
        ['what, 16 at once', 'messages a second', 'p50 of a request, ms', 'of fauxqs bare', 'errors'],
        queues.map(({ what, messagesPerSecond, p50Milliseconds, ofBare, errors }) => [
          what,
          messagesPerSecond,
          p50Milliseconds,
          ofBare,
          `${errors}`,
        ]),
      ),
      'Bare is the same fauxqs in the same process, asked by the protocol of SQS. A request through the platform is authenticated, validated, and reads its queue.',
    );
  }
  if (invocations) {
    parts.push(
      '## Invocations of functions on the local engine',
      table(
        ['what', 'from the request to its answer, ms', 'of the bare process'],
        invocations.map(({ what, median, ofBare }) => [what, median, ofBare]),
      ),
      "Medians, measured in turn. Each invocation is a process of its own, with Node's permission model, in an empty folder; a request is authenticated, reads its function, and writes the invocation. On AWS a function that was called before is still there: these figures are the laptop's.",
    );
  }
  if (fanOut) {
    parts.push(
      '## A published message on the local engine',
      table(
        ['webhooks', 'ms until the first is called', 'ms until the last', 'deliveries a second'],
        [[`${fanOut.subscribers}`, fanOut.first, fanOut.last, fanOut.deliveriesPerSecond]],
      ),
      'From the answer of publish on, medians of five rounds, signed, each noted as a delivery.',
    );
  }
  if (mass) {
    parts.push(
      `## ${mass.instances} instances at once, with EC2's own request budgets`,
      table(
        ['what', 'seconds', 'requests to EC2', 'RunInstances', 'DescribeInstances', 'throttled by EC2'],
        mass.phases.map(({ what, seconds, calls, throttled }) => [
          what,
          seconds,
          `${Object.values(calls).reduce((sum, count) => sum + count, 0)}`,
          `${calls.RunInstances ?? 0}`,
          `${calls.DescribeInstances ?? 0}`,
          `${throttled}`,
        ]),
      ),
      `Time is virtual, a machine boots in 15 s. In the end ${mass.machines} machines run, ${mass.owned} of them as one instance's.`,
    );
  }
  return `${parts.join('\n\n')}\n`;
};
