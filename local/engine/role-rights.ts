import { Authorizer } from '../iam/authorizer.ts';
import type { PolicyFile } from '../iam/policy.ts';
import type { Need } from '../iam/request.ts';
import type { Use } from '../iam/usage.ts';
import { localAccount, localRegion } from './account.ts';
import { TemplateError } from './template/template-error.ts';

const authorizerOf = (file: PolicyFile, used: (use: Use) => void) =>
  new Authorizer(file, async () => ({}), used);

const place = { account: localAccount, region: localRegion };

/** Counts grants as used that Lambda may need and that nothing fails without. */
export const countExtras = async (
  file: PolicyFile,
  extras: readonly Need[],
  used: (use: Use) => void,
): Promise<void> => {
  const authorizer = authorizerOf(file, used);
  for (const extra of extras) await authorizer.findDenial([extra], place);
};

/**
 * Checks that a role may do what Lambda itself does in its name, such as reading an event source, and counts those
 * grants as used.
 *
 * @throws TemplateError naming the action that the role lacks
 */
export const requireRights = async (
  file: PolicyFile,
  needs: readonly Need[],
  used: (use: Use) => void,
): Promise<void> => {
  const denial = await authorizerOf(file, used).findDenial(needs, place);
  if (denial)
    throw new TemplateError(
      `${denial.principal} may not ${denial.action} on ${denial.resource}; on AWS this fails too`,
    );
};
