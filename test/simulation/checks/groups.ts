import type { Image } from '../table/values.ts';
import type { AnyRecord } from './records.ts';

/** Clocks of two workers may be wrong by two seconds each, and times are kept to the millisecond. */
const clocksMilliseconds = 4_100;

const scaledAt = (group: Image | undefined): Map<string, { at: number; cooldown: number }> =>
  new Map(
    (group?.policies?.L ?? []).flatMap(({ M }) => {
      const at = M?.last_scaled_at?.S;
      return at === undefined
        ? []
        : [[M?.id?.S ?? '', { at: Date.parse(at), cooldown: Number(M?.cooldown_sec?.N) * 1_000 }]];
    }),
  );

/** A policy that has fired does not fire again before it has cooled down. */
export const cooledDown = (before: Image | undefined, after: Image): string[] => {
  const earlier = scaledAt(before);
  return [...scaledAt(after)].flatMap(([id, { at, cooldown }]) => {
    const last = earlier.get(id);
    return last && at !== last.at && at - last.at < cooldown - clocksMilliseconds
      ? [`fired its policy ${id} again after ${at - last.at} ms of ${cooldown}`]
      : [];
  });
};

interface Member {
  leaving?: object;
  protected?: boolean;
}

/** Groups lie within their bounds, at what is wanted, and every instance of theirs is a member and runs. */
export const checkGroups = (records: readonly AnyRecord[]): string[] => {
  const wrong: string[] = [];
  const byId = new Map(records.map((record) => [record.id, record]));
  for (const group of records) {
    if (group.kind !== 'SCALING_GROUP') continue;
    const name = `SCALING_GROUP ${group.id}`;
    const members = Object.entries(group.members as Record<string, Member>);
    const [min, max, desired] = [group.min_instances, group.max_instances, group.desired_count].map(Number);
    if (min === undefined || max === undefined || desired === undefined) continue;
    if (desired < min || desired > max) wrong.push(`${name} wants ${desired}, outside of ${min} to ${max}`);
    if (members.length > max) wrong.push(`${name} has ${members.length} members of ${max}`);
    if (members.length !== desired && !Number(group.failure_count))
      wrong.push(`${name} has ${members.length} members, and wants ${desired} (${group.status_reason})`);
    for (const [id] of members) {
      const instance = byId.get(id);
      if (instance?.scaling_group_id !== group.id) wrong.push(`${name} has a member ${id} that is none`);
      else if (instance.status !== 'RUNNING')
        wrong.push(`${name} has a member ${id} that is ${instance.status}`);
    }
  }
  for (const { kind, id, scaling_group_id } of records) {
    if (kind !== 'INSTANCE' || !scaling_group_id) continue;
    const group = byId.get(String(scaling_group_id));
    if (!group || !Object.hasOwn(group.members as object, id))
      wrong.push(
        `INSTANCE ${id} was launched by SCALING_GROUP ${scaling_group_id}, which does not know of it`,
      );
  }
  return wrong;
};
