/** The name of the workload account that there is: the platform's own, or the one of `workloadRoleArn`. */
export const onlyAccount = 'default';

/** Where a tenant is placed. One account today; a second one needs a landing network and a role of its own. */
export const accountOf = (_tenant: string): string => onlyAccount;
