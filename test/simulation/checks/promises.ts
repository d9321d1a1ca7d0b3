import type { Client } from '../program/client.ts';
import type { Asked, Kind } from '../program/memory.ts';
import { listed, pathOf, unlisted } from '../program/strangers.ts';

const mostTries = 20;
/** Of the requests that were answered; of those that were not, all. */
const askedAgain = 0.2;
const unmadeShown = 0.1;

/** What a tenant was told is so: asked for again, every request has its one answer. */
export const askAgain = async (client: Client): Promise<string[]> => {
  const wrong: string[] = [];
  for (const asked of client.memory.asked) {
    const { answer: first, request } = asked;
    if (first && !client.world.random.chance(askedAgain)) continue;
    const again = await client.ask(asked, mostTries);
    const name = `${request.method} ${request.path} (${request.idempotencyKey})`;
    if (!again) wrong.push(`${name} has no answer at the end`);
    else if (first && (first.status !== again.status || idIn(first.data) !== idIn(again.data)))
      wrong.push(
        `${name} was answered ${first.status} ${idIn(first.data)}, and then ${again.status} ${idIn(again.data)}`,
      );
  }
  return wrong;
};

const idIn = (data: unknown): string => (data as { id?: string } | undefined)?.id ?? '';

/** What was asked for just as its parent was deleted may have been accepted: its reconciler says that it will not be. */
const cameTooLate = (memory: Client['memory'], id: string, status: string | undefined): boolean =>
  status === 'ERROR' && memory.known.get(id)?.deleted === false;

/**
 * What was accepted is there, what was deleted is gone, and nothing else is.
 * @param ofOthers whether an instance was launched by a scaling group or a batch job
 */
export const checkLists = async (client: Client, ofOthers: (id: string) => boolean): Promise<string[]> => {
  const { memory, tenant } = client;
  const wrong: string[] = [];
  const made = new Set([...memory.known.values()].map(({ kind }) => kind));
  for (const kind of listed) {
    // A list of what nobody has ever made is empty, and is looked at now and then.
    if (!made.has(kind) && !client.world.random.chance(unmadeShown)) continue;
    const answer = await client.read(pathOf[kind] as string);
    if (answer.status !== 200) {
      wrong.push(`the list of ${kind} answered ${answer.status}`);
      continue;
    }
    const shown = answer.data as { id: string; user_id?: string; status?: string; schedule_id?: string }[];
    const ids = new Set(shown.map(({ id }) => id));
    for (const { id, user_id, status, schedule_id } of shown) {
      if (user_id !== undefined && user_id !== tenant.id)
        wrong.push(`${tenant.name} is shown ${kind} ${id} of ${user_id}`);
      else if (!memory.known.has(id) && !schedule_id && !ofOthers(id))
        wrong.push(`${kind} ${id} is there and nobody asked for it`);
      else if (memory.mustBeGone(id) && !cameTooLate(memory, id, status))
        wrong.push(`${kind} ${id} is there and was deleted`);
    }
    for (const one of memory.known.values())
      if (one.kind === kind && !memory.mayBeGone(one.id) && !ids.has(one.id))
        wrong.push(`${kind} ${one.id} was accepted and is lost`);
  }
  for (const kind of unlisted) wrong.push(...(await checkEach(client, kind)));
  return wrong;
};

const checkEach = async (client: Client, kind: Kind): Promise<string[]> => {
  const { memory } = client;
  const wrong: string[] = [];
  for (const one of memory.known.values()) {
    if (one.kind !== kind || client.world.random.chance(0.5)) continue;
    const { status } = await client.read(`${pathOf[kind]}/${one.id}`);
    if (status === 200 && memory.mustBeGone(one.id)) wrong.push(`${kind} ${one.id} is there and was deleted`);
    if (status === 404 && !memory.mayBeGone(one.id)) wrong.push(`${kind} ${one.id} was accepted and is lost`);
  }
  return wrong;
};

/** Whether the history says that the latest such action did not come about: then the machine is what it was. */
const hasFailed = async (client: Client, id: string, name: string): Promise<boolean> => {
  const { status, data } = await client.read(`/instances/${id}/actions`);
  const actions = status === 200 ? (data as { action: string; outcome: string }[]) : [];
  return actions.find(({ action }) => action === name)?.outcome === 'failed';
};

const outcomeOf: Readonly<Record<string, string>> = { stop: 'STOPPED', start: 'RUNNING', restart: 'RUNNING' };

/**
 * What was last asked of an instance is what it is, where nobody asked for anything else at the same time. It may have
 * failed, which shows.
 */
export const checkIntents = async (client: Client): Promise<string[]> => {
  const wrong: string[] = [];
  const byTarget = new Map<string, Asked[]>();
  for (const asked of client.memory.asked)
    if (asked.action)
      byTarget.set(asked.action.target, [...(byTarget.get(asked.action.target) ?? []), asked]);
  for (const [id, all] of byTarget) {
    const states = all.filter(
      ({ action, answer }) => action && outcomeOf[action.name] && answer && answer.status < 300,
    );
    const last = states.toSorted((a, b) => a.sentAt - b.sentAt).at(-1);
    if (!last?.action || client.memory.mayBeGone(id) || client.memory.inJobs.has(id)) continue;
    const isAlone = states.every(
      (other) => other === last || (other.answeredAt ?? Number.POSITIVE_INFINITY) < last.sentAt,
    );
    const { status, data } = await client.read(`/instances/${id}`);
    const instance = data as { status: string };
    const isOther = instance.status !== outcomeOf[last.action.name] && instance.status !== 'ERROR';
    if (isAlone && status === 200 && isOther && !(await hasFailed(client, id, last.action.name)))
      wrong.push(`INSTANCE ${id} is ${instance.status} after ${last.action.name} was accepted`);
  }
  return wrong;
};
