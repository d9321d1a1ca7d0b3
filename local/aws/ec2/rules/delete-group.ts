import type { Call } from '../engine/call.ts';

/** Removes a security group and its rules; whoever calls has made sure that nothing needs it. */
export const deleteGroup = (groupId: string, call: Call): void => {
  for (const { id } of call.rules.where('group_id', groupId)) call.rules.delete(id);
  call.groups.delete(groupId);
};
