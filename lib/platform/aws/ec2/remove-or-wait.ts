import { BackendError } from '../../lifecycle/types.ts';
import type { Ec2Calls } from './calls.ts';
import { deleteTagged } from './delete-tagged.ts';
import type { ShownKind } from './is-shown.ts';

/**
 * Deletes a tagged thing whose caller may know it before EC2 shows it. An absent one may be gone or may yet appear: the
 * caller's next look, which compares with when it was made, tells which.
 *
 * @throws BackendError `not_yet` for one that is absent, or is still used
 */
export const removeOrWait = async (
  calls: Pick<Ec2Calls, 'read' | 'attempt'>,
  kind: ShownKind,
  id: string,
  signal: AbortSignal,
): Promise<void> => {
  if ((await deleteTagged(calls, kind, id, signal)) === 'absent')
    throw new BackendError('not_yet', `waiting for EC2 to agree that the ${kind} is gone`);
};
