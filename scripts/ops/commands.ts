import type { Clock } from '../../lib/platform/clock.ts';
import { openDrift } from './drift.ts';
import { deadLettersOf, findDeadLetters } from './find-dead-letters.ts';
import type { Place } from './place.ts';
import { ago, table } from './print.ts';
import { runbookOf } from './runbook.ts';
import { findOverdue } from './stuck.ts';

export interface Values {
  max?: number;
  dryRun: boolean;
  perSecond: number;
  yes: boolean;
}

export interface Outcome {
  /** For `--json`. */
  data: unknown;
  /** For people. */
  text: string;
  /** Whether something is left that must be done. */
  failed?: boolean;
}

export interface CommandContext {
  place: Place;
  clock: Clock;
  values: Values;
  signal: AbortSignal;
  /** Says on standard error how far it is. */
  say(line: string): void;
}

type Command = (context: CommandContext, argument: string) => Promise<Outcome>;

const list: Command = async ({ place, clock }) => {
  const rows = await Promise.all(
    (await findDeadLetters(place)).map(async (one) => ({
      name: one.name,
      lies: one.lies,
      ...(await one.count()),
      ...runbookOf(one.name),
    })),
  );
  const now = clock.now();
  const text = table(
    ['NAME', 'LETTERS', 'OLDEST', 'WHO IS HURT'],
    rows.map(({ name, count, oldest, hurt }) => [
      name,
      String(count),
      ago(oldest, now),
      count > 0 ? hurt : '',
    ]),
  );
  return { data: rows, text };
};

const show: Command = async ({ place, values }, name) => {
  const dead = await deadLettersOf(place, name);
  const letters = await dead.peek(values.max ?? 10);
  const { hurt, redrive } = runbookOf(dead.name);
  const lines = letters.map(({ id, sent_at, receives, about, tenant, why, body }) =>
    [
      `${about}${tenant ? `, of tenant ${tenant}` : ''}`,
      `  id ${id}, sent ${sent_at ?? 'at an unknown time'}, received ${receives ?? '?'} times`,
      `  why: ${why ?? `not known here; docs/operate.md, “${dead.name}-dead”`}`,
      `  ${body}`,
    ].join('\n'),
  );
  const head = [hurt && `Who is hurt: ${hurt}`, redrive && `Redrive: ${redrive}`].filter(Boolean);
  return { data: letters, text: [...head, ...(lines.length > 0 ? lines : ['There are none.'])].join('\n\n') };
};

const redrive: Command = async ({ place, values, signal, say }, name) => {
  const dead = await deadLettersOf(place, name);
  const progress = (done: number, total: number) => say(`${done} of ${total}`);
  const result = await dead.redrive({ ...values, signal, progress });
  const failures = result.failed.map(({ id, error }) => `  ${id}: ${error}`);
  const did = values.dryRun ? 'Would redrive' : 'Redriven';
  return {
    data: { name: dead.name, dry_run: values.dryRun, ...result },
    text: [
      `${did}: ${result.done} of ${dead.name}.`,
      ...(failures.length > 0 ? ['Left where they lie:'] : []),
      ...failures,
    ].join('\n'),
    failed: failures.length > 0,
  };
};

const purge: Command = async ({ place, values }, name) => {
  const dead = await deadLettersOf(place, name);
  const { count } = await dead.count();
  if (!values.yes)
    throw new Error(`this throws away ${count} dead letters of ${dead.name} for good: say so with --yes`);
  await dead.purge();
  return { data: { name: dead.name, purged: count }, text: `Thrown away: ${count} of ${dead.name}.` };
};

const stuck: Command = async ({ place, clock }) => {
  const overdue = await findOverdue(place.tables, clock);
  const now = clock.now();
  const text = table(
    ['WAITS', 'STUCK', 'KIND', 'TENANT', 'ID', 'STATE', 'FAILURES', 'REASON'],
    overdue.map((one) => [
      ago(one.since, now),
      one.stuck ? 'yes' : 'no',
      one.kind,
      one.tenant,
      one.id,
      one.status,
      String(one.failures),
      one.reason ?? '',
    ]),
  );
  const isStuck = overdue.some((one) => one.stuck);
  return { data: overdue, text: overdue.length > 0 ? text : 'Nothing is overdue.', failed: isStuck };
};

const driftRun: Command = async ({ place, clock, signal }) => {
  const report = await openDrift(place.tables, clock).begin(signal);
  return {
    data: report,
    text: `The run ${report.id} is asked for. In a minute or two: npm run ops -- drift show ${report.id}`,
  };
};

const driftShow: Command = async ({ place, clock, signal }, id) => {
  const { report, findings } = await openDrift(place.tables, clock).read(id || undefined, signal);
  const totals = table(
    ['KIND', 'CHECKED', 'MISSING', 'UNKNOWN', 'DIFFERING'],
    report.kinds.map((one) => [
      one.kind,
      String(one.checked),
      String(one.missing),
      String(one.unknown),
      String(one.differing),
    ]),
  );
  const found = findings.map(({ verdict, kind, cloud_id, tenant, resource_id, differences = [] }) => [
    verdict,
    kind,
    cloud_id,
    tenant ?? '',
    resource_id ?? '',
    differences.map(({ field, recorded, actual }) => `${field}: ${recorded} → ${actual}`).join('; '),
  ]);
  const details = table(['VERDICT', 'KIND', 'IN THE CLOUD', 'TENANT', 'RECORD', 'RECORDED → ACTUAL'], found);
  const head = `Run ${report.id}, ${report.status}, of ${report.created_at}`;
  return {
    data: { ...report, findings },
    text: [head, totals, ...(found.length > 0 ? [details] : [])].join('\n\n'),
    failed: findings.length > 0,
  };
};

/** By the words that name them; those that end in `…` take one more. */
export const commands: Readonly<Record<string, Command>> = {
  'dlq list': list,
  'dlq show …': show,
  'dlq redrive …': redrive,
  'dlq purge …': purge,
  stuck,
  'drift run': driftRun,
  'drift show': driftShow,
  'drift show …': driftShow,
};

/** The command that the words name, and what they give it. */
export const commandOf = (words: readonly string[]): { command: Command; argument: string } | undefined => {
  const whole = commands[words.join(' ')];
  if (whole && !words.includes('…')) return { command: whole, argument: '' };
  const taking = commands[`${words.slice(0, -1).join(' ')} …`];
  return taking ? { command: taking, argument: words.at(-1) ?? '' } : undefined;
};
