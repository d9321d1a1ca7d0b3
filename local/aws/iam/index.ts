import type { StandIn, StandInContext } from '../stand-in.ts';
import { createRole } from './create-role.ts';
import { getRole } from './get-role.ts';
import { getRolePolicy } from './get-role-policy.ts';
import { putRolePolicy } from './put-role-policy.ts';
import { isTrusted } from './rules.ts';
import { RoleStore } from './store.ts';

export interface IamControls {
  /** The permissions boundary of a role; undefined where it has none, or is not there. */
  boundaryOf(account: string, roleName: string): string | undefined;
  /** Whether a service may take a role, and sees it already. */
  canAssume(service: string, roleArn: string): boolean;
}

export interface IamOptions {
  /** How long other services see nothing of a new role. Default 5,000 with limits `default`, else 0. */
  propagationMilliseconds?: number;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const maxRoles = { default: 1_000, roomy: 100_000 };

/** Roles that are made at run time, with inline policies; those of the template are not among them. */
export const createIam = (
  { timers, database, limits }: Pick<StandInContext, 'timers' | 'database' | 'limits'>,
  { propagationMilliseconds = limits === 'default' ? 5_000 : 0 }: IamOptions = {},
): StandIn & { controls: IamControls } => {
  const store = new RoleStore(database);
  return {
    client: 'IAMClient',
    actions: {
      CreateRoleCommand: createRole(timers, store, maxRoles[limits]),
      GetRoleCommand: getRole(store),
      GetRolePolicyCommand: getRolePolicy(store),
      PutRolePolicyCommand: putRolePolicy(store),
    },
    controls: {
      boundaryOf: (account, roleName) => store.find(account, roleName)?.boundary,
      canAssume: (service, roleArn) => {
        const [, account = '', name = ''] =
          /^arn:[\w-]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(roleArn) ?? [];
        const role = store.find(account, name);
        if (role?.arn !== roleArn) return false;
        return isTrusted(role.trust, service) && timers.now() >= role.createdAt + propagationMilliseconds;
      },
    },
  };
};
