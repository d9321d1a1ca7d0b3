import { createStore } from '../platform/store/create-store.ts';
import { instanceKind } from '../services/instances/service.ts';
import type { SecurityGroupServices } from '../services/security-group-routes.ts';
import { SecurityGroups, securityGroupKind } from '../services/security-groups/service.ts';
import { config } from './config.ts';
import type { App, AppParts } from './serve.ts';

/** What is wanted of security groups. Reads and writes the tables alone: no EC2 client here. */
export const composeSecurityGroups = (
  parts: Pick<AppParts, 'tables' | 'clock' | 'newId'>,
): App<SecurityGroupServices> => {
  const { tables, clock } = parts;
  const stored = { tables, clock, limits: config('DEFAULT_QUOTAS').DEFAULT_QUOTAS };
  return {
    services: {
      securityGroups: new SecurityGroups({
        ...parts,
        store: createStore(securityGroupKind, stored),
        instances: createStore(instanceKind, stored),
      }),
    },
  };
};
