import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Accepts findings of cdk-nag on a construct and what is in it. The reason is the evidence: it says what holds
 * instead of the rule.
 */
export const acknowledge = (scope: IConstruct, reason: string, ...ruleIds: string[]): void => {
  Validations.of(scope).acknowledge(...ruleIds.map((id) => ({ id, reason })));
};
