import type { Need } from '../../iam/request.ts';
import { failureDestinationNeeds } from '../../iam/service-needs.ts';
import type { Cloud } from '../cloud.ts';
import { countExtras, requireRights } from '../role-rights.ts';

const needsOf = (targetArn: string): Need[] => {
  if (targetArn.startsWith('arn:aws:lambda:'))
    return [{ action: 'lambda:InvokeFunction', resources: [targetArn] }];
  return targetArn.startsWith('arn:aws:sqs:') ? [{ action: 'sqs:SendMessage', resources: [targetArn] }] : [];
};

/**
 * A schedule or rule that names a role sends as that role, which must be let.
 *
 * @throws TemplateError where it is not
 */
export const requireSenderRights = async (
  roleArn: string | undefined,
  targetArn: string,
  deadLetterArn: string | undefined,
  cloud: Cloud,
): Promise<void> => {
  if (!roleArn) return;
  cloud.senderRoles.add(roleArn);
  const policies = cloud.roles.policyFile(roleArn, 'sender');
  await requireRights(policies, needsOf(targetArn), (use) => cloud.noteUses([use]));
  if (targetArn.startsWith('arn:aws:lambda:'))
    await countExtras(policies, [{ action: 'lambda:InvokeFunction', resources: [`${targetArn}:*`] }], (use) =>
      cloud.noteUses([use]),
    );
  if (deadLetterArn)
    await requireRights(policies, failureDestinationNeeds(deadLetterArn), (use) => cloud.noteUses([use]));
};
