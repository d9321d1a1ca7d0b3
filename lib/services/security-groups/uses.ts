import { createUses } from '../../platform/store/uses.ts';

/** Who keeps a group from being deleted: instances in it, and other groups whose rules name it. */
export const securityGroupUses = createUses({ kind: 'SECURITY_GROUP', label: 'security group' });
