import type { Permission } from '../../platform/auth/permissions.ts';
import { permits } from '../../platform/auth/principal.ts';
import { CloudError, invalid } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { type FunctionRecord, maxSyncTimeoutSeconds } from '../functions/service.ts';

/**
 * What a rotation asks of the user on whose behalf it is, when it is wished and again each time: the function is run, it is told
 * the value, and gives a new one.
 */
export const neededPermissions: readonly Permission[] = ['secret:read', 'secret:create', 'function:invoke'];

/** Why a function can't rotate secrets, or undefined where it can. */
export const unfitness = ({
  code,
  timeout,
}: Pick<FunctionRecord, 'code' | 'timeout'>): string | undefined => {
  if (code.model !== 'handler') return 'must be a plain handler: a process gives no value back';
  if (timeout > maxSyncTimeoutSeconds) return `must have a timeout of at most ${maxSyncTimeoutSeconds} s`;
  return undefined;
};

/**
 * What is asked before a function may rotate a secret; without an id, for the rights alone.
 * @throws CloudError `FORBIDDEN`, `INVALID_INPUT` for a function that the caller has not, or that can't be a rotator
 */
export const createRotatorCheck =
  (functions: Pick<ResourceStore<FunctionRecord>, 'find'>) =>
  async ({ principal, signal }: Caller, functionId: string | undefined): Promise<void> => {
    const missing = neededPermissions.find((one) => !permits(principal.permissions, one));
    if (missing) throw new CloudError('FORBIDDEN', `a rotation needs the permission ${missing}`);
    if (functionId === undefined) return;
    const found = await functions.find(principal.tenant, functionId, { signal });
    if (!found) throw invalid('rotation_function_id', 'there is no such function');
    const unfit = unfitness(found);
    if (unfit) throw invalid('rotation_function_id', unfit);
  };
