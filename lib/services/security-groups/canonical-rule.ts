import { invalid } from '../../platform/errors/index.ts';
import type { NewRule } from './rule-input.ts';

/**
 * A new rule with its block in one spelling only. The address library is loaded with the first rule, not at every cold
 * start.
 * @throws CloudError `INVALID_INPUT` that names `cidr`
 */
export const canonicalRule = async (rule: NewRule): Promise<NewRule> => {
  if (rule.source_group_id !== undefined) return rule;
  const { canonicalCidr } = await import('./cidr.ts');
  const block = canonicalCidr(rule.cidr);
  if ('problem' in block) throw invalid('cidr', block.problem);
  return { ...rule, cidr: block.cidr };
};
