import type { InstanceRecord } from '../instances/service.ts';
import type { MemberRecord } from './record.ts';

/**
 * How a member stands:
 * - `starting`: on its way, also where its owner has it stop or start right now
 * - `running`: it has a machine that runs
 * - `stopped`, `broken`: it will not come back by itself, and is still there to be ended
 * - `gone`: it was ended by somebody else
 */
export type Standing = 'starting' | 'running' | 'stopped' | 'broken' | 'gone';

/** @param instance its record, a tombstone too; `undefined` where there is none any more */
export const standingOf = (instance: InstanceRecord | undefined): Standing => {
  if (!instance || instance.deleted_at) return 'gone';
  const { status, desired_status = status, container_id } = instance;
  if (status === 'ERROR') return 'broken';
  if (status === 'STOPPED' && desired_status === 'STOPPED') return 'stopped';
  return status === 'RUNNING' && desired_status === 'RUNNING' && container_id ? 'running' : 'starting';
};

/** A member with its instance. */
export interface Placed {
  id: string;
  member: MemberRecord;
  standing: Standing;
  instance?: InstanceRecord;
}

export const placed = (
  members: Readonly<Record<string, MemberRecord>>,
  instances: ReadonlyMap<string, InstanceRecord>,
): Placed[] =>
  Object.entries(members).map(([id, member]) => {
    const instance = instances.get(id);
    return { id, member, standing: standingOf(instance), instance };
  });

/** Why a member has to be replaced, for the group's activities. */
export const lossOf = ({ id, standing, instance }: Placed): string => {
  const name = instance?.name ?? id;
  switch (standing) {
    case 'gone':
      return `instance ${name} was terminated by somebody else`;
    case 'stopped':
      return `instance ${name} was stopped by somebody else`;
    default:
      return `instance ${name} failed: ${instance?.status_reason ?? 'it gave no reason'}`;
  }
};
