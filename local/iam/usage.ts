import { asList, type RolePolicies } from './policy.ts';

/** The words of a policy that allowed something: one action pattern and one resource pattern of a statement. */
export interface Grant {
  policy: string;
  /** Position of the statement within its policy. */
  statement: number;
  action: string;
  resource: string;
}

/** A grant that a role made use of. */
export interface Use extends Grant {
  roleArn: string;
}

/** A word of a policy that nothing ever needed. */
export interface UnusedGrant {
  roleArn: string;
  policy: string;
  statement: number;
  sid: string | undefined;
  /** Which element of the statement could go. */
  element: 'Action' | 'Resource';
  value: string;
}

const everything: readonly string[] = ['*'];

/**
 * The actions and the resources in the roles' own policies that no use ever needed: least privilege would leave them
 * out. Reported per statement: an action that no resource was asked for with, and a resource that no action was asked
 * for on. Denies and AWS's own policies are not reported.
 */
export const unusedGrants = (roles: Iterable<RolePolicies>, uses: Iterable<Use>): UnusedGrant[] => {
  const used = new Set<string>();
  for (const { roleArn, policy, statement, action, resource } of uses) {
    used.add(JSON.stringify([roleArn, policy, statement, 'Action', action]));
    used.add(JSON.stringify([roleArn, policy, statement, 'Resource', resource]));
  }
  return [...roles].flatMap(({ roleArn, policies }) =>
    policies
      .filter(({ managed }) => !managed)
      .flatMap(({ name, document }) =>
        asList(document.Statement).flatMap((statement, index) => {
          if (statement.Effect === 'Deny') return [];
          const unused = (element: UnusedGrant['element'], values: readonly string[]) =>
            values
              .filter((value) => !used.has(JSON.stringify([roleArn, name, index, element, value])))
              .map((value) => ({
                roleArn,
                policy: name,
                statement: index,
                sid: statement.Sid,
                element,
                value,
              }));
          return [
            ...unused('Action', statement.NotAction ? everything : asList(statement.Action)),
            ...unused('Resource', statement.NotResource ? everything : asList(statement.Resource)),
          ];
        }),
      ),
  );
};
