import type { EC2Client } from '@aws-sdk/client-ec2';
import type { CallBudget } from '../../platform/aws/call-budget.ts';
import { createEc2Calls } from '../../platform/aws/ec2/calls.ts';
import { vpcBuilder } from './backend.ec2/builder.ts';
import { vpcFinder } from './backend.ec2/finder.ts';
import { vpcRemover } from './backend.ec2/remover.ts';
import type { VpcBackend } from './backend.ts';

export interface Ec2NetworkOptions {
  ec2: EC2Client;
  budget: CallBudget;
  stage: string;
}

/** VPCs on Amazon EC2. Only translates: which call comes next is the controller's matter. */
export const createEc2Vpcs = ({ ec2, budget, stage }: Ec2NetworkOptions): VpcBackend => {
  const calls = createEc2Calls(ec2, budget);
  const parts = { ...calls, stage };
  return { ...vpcFinder(parts), ...vpcBuilder(parts), ...vpcRemover(parts) };
};
