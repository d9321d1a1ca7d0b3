import type { EC2Client } from '@aws-sdk/client-ec2';
import type { CallBudget } from '../../platform/aws/call-budget.ts';
import { createEc2Calls } from '../../platform/aws/ec2/calls.ts';
import { vpcBuilder } from './backend.ec2/builder.ts';
import { vpcFinder } from './backend.ec2/finder.ts';
import { vpcRemover } from './backend.ec2/remover.ts';
import type { VpcBackend } from './backend.ts';

export interface Ec2NetworkOptions {
  ec2: EC2Client;
  /** Tries each call once: a creation that has no token must not be sent again by the SDK, or there are two. */
  ec2Once: EC2Client;
  budget: CallBudget;
  stage: string;
}

/** VPCs on Amazon EC2. Only translates: which call comes next is the controller's matter. */
export const createEc2Vpcs = ({ ec2, ec2Once, budget, stage }: Ec2NetworkOptions): VpcBackend => {
  const calls = createEc2Calls(ec2, budget);
  const { change: create } = createEc2Calls(ec2Once, budget);
  const parts = { ...calls, create, stage };
  return { ...vpcFinder(parts), ...vpcBuilder(parts), ...vpcRemover(parts) };
};
