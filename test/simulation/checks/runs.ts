import { tenantPrefix } from '../platform/environment.ts';
import type { Client } from '../program/client.ts';
import type { Invoked, Known } from '../program/memory.ts';
import type { World } from '../world.ts';
import type { AnyRecord } from './records.ts';

const hexOf = (sha256: string): string => Buffer.from(sha256, 'base64').toString('hex');

/** An accepted invocation has ended, and one that went well has run. */
const checkInvocation = async (client: Client, invoked: Invoked): Promise<string[]> => {
  const { world, memory } = client;
  const { id, payload, function: of } = invoked;
  if (memory.mayBeGone(of)) return [];
  const { status, data } = await client.read(`/functions/${of}/invocations/${id}`);
  // One that could not even begin waits for an operator.
  const isDead = world.queues.invocations?.dead.some((body) => body.includes(id));
  if (isDead && (status === 404 || (data as { status: string }).status === 'PENDING')) return [];
  if (status !== 200) return [`the invocation ${id} of ${of} was accepted, and answers ${status}`];
  const shown = data as { status: string };
  if (shown.status !== 'SUCCESS' && shown.status !== 'FAILED')
    return [`the invocation ${id} of ${of} is ${shown.status} for ever`];
  const ran = world.code.called().some((call) => call.payload.includes(payload));
  return shown.status === 'SUCCESS' && !ran ? [`the invocation ${id} of ${of} never ran`] : [];
};

interface Run {
  id: string;
  status: string;
  trigger: string;
  planned_at: string;
}

/** A planned time has one run at most, each has ended, and its target has seen it, under its key. */
const checkJob = async (client: Client, { id, facts }: Known): Promise<string[]> => {
  const { status, data } = await client.read(`/cron/jobs/${id}/runs`);
  if (status !== 200) return [`the runs of CRON_JOB ${id} answer ${status}`];
  const runs = data as Run[];
  const planned = runs.filter(({ trigger }) => trigger === 'schedule').map(({ planned_at }) => planned_at);
  const calls = client.world.targets.arrivals().filter(({ url }) => url === facts.url);
  const keys = new Set(calls.map(({ key }) => key));
  return [
    ...planned
      .filter((time, index) => planned.indexOf(time) !== index)
      .map((time) => `CRON_JOB ${id} has run twice for ${time}`),
    ...runs
      .filter((run) => run.status === 'RUNNING')
      .map((run) => `the run ${run.id} of CRON_JOB ${id} never ended`),
    ...runs
      .filter((run) => run.status === 'SUCCESS' && facts.url !== undefined && !keys.has(run.id))
      .map((run) => `the run ${run.id} of CRON_JOB ${id} never called its target`),
    ...[...keys]
      .filter((key) => !runs.some((run) => run.id === key))
      .map((key) => `CRON_JOB ${id} has called its target as ${key}, which is no run of it`),
  ];
};

/** Functions on Lambda, their archives and their records are the same, one for one. */
const checkFunctions = ({ code }: World, records: readonly AnyRecord[]): string[] => {
  const hosted = code.functions();
  const byName = new Map(
    records.filter(({ kind }) => kind === 'FUNCTION').map((one) => [`${tenantPrefix}${one.id}`, one]),
  );
  const kept = new Set(
    [...byName.values()].flatMap(({ tenant, id, codes }) =>
      (codes as { sha256: string }[]).map(({ sha256 }) => `code/${tenant}/${id}/${hexOf(sha256)}.zip`),
    ),
  );
  return [
    ...[...hosted.keys()]
      .filter((name) => !byName.has(name))
      .map((name) => `the function ${name} is an orphan`),
    ...[...byName]
      .filter(
        ([name, one]) =>
          one.status === 'ACTIVE' && hosted.get(name)?.sha256 !== (one.code as { sha256: string }).sha256,
      )
      .map(([, { id }]) => `FUNCTION ${id} is ACTIVE and Lambda has another code, or none`),
    ...code
      .archives()
      .filter((key) => key.startsWith('code/') && !kept.has(key))
      .map((key) => `the archive ${key} is an orphan`),
    ...code
      .called()
      .filter(({ tags, payload }) => !payload.includes(tags['thecloud:tenant'] ?? 'nobody'))
      .map(({ name, payload }) => `the function ${name} was called with ${payload}, which is another's`),
  ];
};

/** What was to run has run, and has ended. */
export const checkRuns = async (
  world: World,
  clients: readonly Client[],
  records: readonly AnyRecord[],
): Promise<string[]> => {
  const wrong = checkFunctions(world, records);
  for (const client of clients) {
    const { memory } = client;
    for (const invoked of memory.invoked) wrong.push(...(await checkInvocation(client, invoked)));
    for (const job of memory.known.values())
      if (job.kind === 'CRON_JOB' && !memory.mayBeGone(job.id)) wrong.push(...(await checkJob(client, job)));
  }
  return wrong;
};
