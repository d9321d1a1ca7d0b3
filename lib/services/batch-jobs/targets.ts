import { permits } from '../../platform/auth/principal.ts';
import { CloudError, invalid } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import { invalidInput, issuesOf } from '../../platform/http/issues.ts';
import type { InstanceSelector } from '../instances/service.ts';
import type { BatchAction } from './actions/action.ts';
import { type CreateBatchJob, maxItems } from './schema.ts';

/** Finds what a selector means. */
export type Select = (
  tenant: string,
  selector: InstanceSelector,
  limit: number,
  signal: AbortSignal,
) => Promise<string[]>;

/** @throws CloudError `INVALID_INPUT` for an action that there is not */
export const actionNamed = (actions: ReadonlyMap<string, BatchAction>, name: string): BatchAction => {
  const action = actions.get(name);
  if (!action) throw invalid('action', `must be one of ${[...actions.keys()].join(', ')}`);
  return action;
};

/** A job can do no more than who asks for it could do one by one. @throws CloudError `FORBIDDEN` naming the permission */
export const checkPermission = ({ principal }: Caller, { name, permission }: BatchAction): void => {
  if (permits(principal.permissions, permission)) return;
  throw new CloudError('FORBIDDEN', `a job of ${name} needs the permission ${permission}`);
};

/** What is wrong is named by its place in the job. */
const within = (error: CloudError): CloudError =>
  error.issues.length > 0
    ? invalidInput(
        error.issues.map(({ path, message }) => ({ path: `parameters.${path}`, message })),
        error,
      )
    : error;

/** The parameters as the action takes them. @throws CloudError `INVALID_INPUT`, and what the action's own check throws */
export const parametersFor = (
  { parameters: schema }: BatchAction,
  given: Record<string, unknown> = {},
  check: (parameters: unknown) => void = () => undefined,
): unknown => {
  const parsed = schema.safeParse(given);
  if (!parsed.success)
    throw invalidInput(
      issuesOf(parsed.error, '').map(({ path, message }) => ({
        path: path ? `parameters.${path}` : 'parameters',
        message,
      })),
    );
  try {
    check(parsed.data);
  } catch (error) {
    throw error instanceof CloudError ? within(error) : error;
  }
  return parsed.data;
};

/** What a job is for: how many items, and their targets where the action takes any. */
export interface Targets {
  total: number;
  targets: readonly string[];
}

/** @throws CloudError `INVALID_INPUT` where it is not said, said twice, or nothing at all */
export const targetsFor = async (
  caller: Caller,
  { name, takes }: BatchAction,
  { targets, selector, count }: Pick<CreateBatchJob, 'targets' | 'selector' | 'count'>,
  select: Select,
): Promise<Targets> => {
  if (takes === 'count') {
    if (targets) throw invalid('targets', `${name} makes new ones: give count`);
    if (selector) throw invalid('selector', `${name} makes new ones: give count`);
    if (count === undefined) throw invalid('count', `${name} needs it`);
    return { total: count, targets: [] };
  }
  if (count !== undefined) throw invalid('count', `${name} is for what is there: give targets or selector`);
  if (targets && selector) throw invalid('selector', 'can not be given together with targets');
  if (targets) {
    const distinct = [...new Set(targets)];
    if (distinct.length === 0) throw invalid('targets', 'must not be empty');
    return { total: distinct.length, targets: distinct };
  }
  if (!selector) throw invalid('targets', `${name} needs targets or selector`);
  const selected = await select(caller.principal.tenant, selector, maxItems + 1, caller.signal);
  if (selected.length === 0) throw invalid('selector', 'selects nothing');
  if (selected.length > maxItems) throw invalid('selector', `selects more than ${maxItems}`);
  return { total: selected.length, targets: selected };
};
