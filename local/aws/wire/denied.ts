import type { Denial } from '../../iam/authorizer.ts';
import { serviceOf } from '../services.ts';
import type { WireError } from './protocol.ts';

/**
 * A denial in the words of the service.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export const deniedError = (client: string, { principal, action, resource, explicit }: Denial): WireError => {
  const { denied, prefix } = serviceOf(client);
  const reason = explicit
    ? 'with an explicit deny in an identity-based policy'
    : `because no identity-based policy allows the ${action} action`;
  const message = `User: ${principal} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
  return {
    ...denied,
    message: prefix === 'ec2' ? `You are not authorized to perform this operation. ${message}` : message,
  };
};
