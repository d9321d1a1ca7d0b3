import type { TargetDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetGroupRecord } from '../store/records.ts';
import { unknownParameter, validationError } from './errors.ts';

export const targetId = (groupArn: string, instanceId: string, port: number): string =>
  `${groupArn}#${instanceId}#${port}`;

/** The targets that a call names, each once; one without a port is meant at the group's. @throws ValidationError */
export const namedTargets = (
  descriptions: readonly TargetDescription[],
  group: TargetGroupRecord,
): { id: string; instanceId: string; port: number }[] => {
  const named = new Map<string, { id: string; instanceId: string; port: number }>();
  for (const { Id: instanceId = '', Port: port = group.port, ...more } of descriptions) {
    for (const [name, value] of Object.entries(more))
      if (value !== undefined) throw unknownParameter(`Targets.${name}`);
    if (instanceId === '') throw validationError('A target must have an Id');
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw validationError(`Port '${port}' must be between '1' and '65535' inclusive`);
    const id = targetId(group.id, instanceId, port);
    named.set(id, { id, instanceId, port });
  }
  return [...named.values()];
};
