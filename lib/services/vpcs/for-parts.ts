import type { Step } from '../../platform/lifecycle/types.ts';
import type { Reconciled } from '../../platform/table/resource.ts';
import type { VpcRecord } from './record.ts';

const pollMilliseconds = 1_000;

/** What a part of a VPC does while something is not there yet that it needs. */
export const waitFor = <R extends Reconciled>(reason: string): Step<R> => ({
  do: 'wait',
  milliseconds: pollMilliseconds,
  reason,
});

/**
 * EC2's id of the VPC that a part is to be made in, or the step that is taken while there is none.
 * @param vpc also one that is being deleted: it takes its parts along
 */
export const vpcIdFor = <R extends Reconciled>(
  vpc: VpcRecord | undefined,
): { vpcId: string } | { step: Step<R> } => {
  if (!vpc) return { step: { do: 'fail', reason: 'the vpc is gone' } };
  if (vpc.deleted_at) return { step: waitFor('the vpc is being deleted') };
  if (vpc.status === 'ERROR')
    return { step: { do: 'fail', reason: `the vpc is in ERROR: ${vpc.status_reason ?? 'unknown'}` } };
  return vpc.provider_id ? { vpcId: vpc.provider_id } : { step: waitFor('waiting for the vpc') };
};
