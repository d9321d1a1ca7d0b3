import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import type { ServiceNeeds } from './call-needs.ts';

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html */
export const sts: ServiceNeeds = {
  AssumeRole: (input: AssumeRoleCommandInput) => [
    {
      action: 'sts:AssumeRole',
      resources: [input.RoleArn ?? ''],
      context: {
        ...(input.RoleSessionName && { 'sts:rolesessionname': input.RoleSessionName }),
        ...(input.ExternalId && { 'sts:externalid': input.ExternalId }),
      },
    },
  ],
  // No permission is needed to ask who one is, and none can be taken away.
  GetCallerIdentity: () => [],
};
