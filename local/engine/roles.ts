import type { NamedPolicy, PolicyFile, RolePolicies } from '../iam/policy.ts';
import { localAccount } from './account.ts';

interface Role extends RolePolicies {
  name: string;
  policies: NamedPolicy[];
}

/** The template's IAM roles, by name, with all policies that speak for them. */
export class Roles {
  readonly #roles = new Map<string, Role>();

  add(name: string, path: string): Role {
    const role = { name, roleArn: `arn:aws:iam::${localAccount}:role${path}${name}`, policies: [] };
    this.#roles.set(name, role);
    return role;
  }

  /** Gives a role one more policy; roles outside of the template are passed over. */
  attach(roleName: string, policy: NamedPolicy): void {
    this.#roles.get(roleName)?.policies.push(policy);
  }

  /** The roles that something in the engine acts as; those of things that mean nothing locally are left out. */
  inUse(arns: ReadonlySet<string>): RolePolicies[] {
    return [...this.#roles.values()].filter(({ roleArn }) => arns.has(roleArn));
  }

  /** What the SDK plugin in a function's thread needs to know. A role outside of the template may do nothing. */
  policyFile(roleArn: string, functionName: string): PolicyFile {
    const role = [...this.#roles.values()].find((candidate) => candidate.roleArn === roleArn);
    const roleName = role?.name ?? roleArn.split('/').at(-1) ?? roleArn;
    return {
      roleArn,
      policies: role?.policies ?? [],
      sessionArn: `arn:aws:sts::${localAccount}:assumed-role/${roleName}/${functionName}`,
      account: localAccount,
    };
  }
}
