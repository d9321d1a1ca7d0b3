import { BackendError } from '../../lifecycle/types.ts';
import type { Ec2Calls } from './calls.ts';
import { codeOf } from './failures.ts';

/** Limits of an account that only its operator can raise, by EC2's code, and what there are too many of. */
const limits: Record<string, string> = {
  VpcLimitExceeded: 'VPCs',
  InternetGatewayLimitExceeded: 'internet gateways',
  SubnetLimitExceeded: 'subnets of a VPC',
  RouteTableLimitExceeded: 'route tables of a VPC',
  SecurityGroupLimitExceeded: 'security groups',
  RulesPerSecurityGroupLimitExceeded: 'rules of a security group',
};

/**
 * `change`, but for a limit of the account that no repeat gets past: `rejected`, with the name of what is at its limit.
 */
export const withinAccountLimits =
  (calls: Pick<Ec2Calls, 'change'>): Ec2Calls['change'] =>
  async (action, send, signal) => {
    try {
      return await calls.change(action, send, signal);
    } catch (error) {
      const code = error instanceof BackendError ? codeOf(error.cause) : '';
      const what = limits[code];
      if (what === undefined) throw error;
      throw new BackendError('rejected', `the AWS account has reached its limit of ${what} (${code})`, error);
    }
  };
