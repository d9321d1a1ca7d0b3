import type { Permission } from '../../platform/auth/permissions.ts';
import { permits } from '../../platform/auth/principal.ts';
import { CloudError, invalid } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { CronTarget } from './schema.ts';

/** How a job's target is checked when it is named. */
export interface TargetCheck {
  /** Who names a target must be allowed to use it. */
  permission: Permission;
  /** Whether it takes nothing empty. */
  needsPayload: boolean;
  /** @throws CloudError `NOT_FOUND` where the caller's tenant has none of this id */
  find(caller: Caller, id: string): Promise<unknown>;
}

/** A type that is left out is not to be had. */
export type TargetChecks = Readonly<Partial<Record<CronTarget['type'], TargetCheck>>>;

/**
 * What is asked before a job may have a target.
 * @throws CloudError `INVALID_INPUT` for one that the caller has not, `FORBIDDEN` where the caller may not use it
 */
export const createTargetCheck =
  (checks: TargetChecks) =>
  async (caller: Caller, { type, id }: CronTarget, payload: string): Promise<void> => {
    const check = checks[type];
    if (!check) throw invalid('target.type', `a ${type} can not be a target here`);
    if (!permits(caller.principal.permissions, check.permission))
      throw new CloudError('FORBIDDEN', `a job for a ${type} needs the permission ${check.permission}`);
    if (check.needsPayload && payload === '')
      throw invalid('target_payload', `must not be empty for a ${type}`);
    try {
      await check.find(caller, id);
    } catch (error) {
      if (error instanceof CloudError && error.kind === 'not_found')
        throw invalid('target.id', `there is no such ${type}`);
      throw error;
    }
  };
