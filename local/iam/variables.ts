import { literalQuestionMark, literalStar } from './glob.ts';
import type { ConditionContext } from './request.ts';

const variable = /\$\{([^}]*)\}/g;
const special: Record<string, string> = { '*': literalStar, '?': literalQuestionMark, $: '$' };

const literal = (value: string): string =>
  value.replaceAll('*', literalStar).replaceAll('?', literalQuestionMark);

export const hasVariables = (text: string): boolean => text.includes('${');

/**
 * Puts the request's values in the place of policy variables such as `${aws:PrincipalAccount}` or
 * `${aws:PrincipalTag/team, 'none'}`. Undefined where a variable has no single value: then the element matches nothing.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export const expandVariables = (text: string, context: ConditionContext): string | undefined => {
  if (!hasVariables(text)) return text;
  let missing = false;
  const expanded = text.replaceAll(variable, (_, inner: string) => {
    const known = special[inner];
    if (known !== undefined) return known;
    const [, key = '', fallback] = inner.match(/^\s*([^,]*?)\s*(?:,\s*'([^']*)'\s*)?$/) ?? [];
    const value = context[key.toLowerCase()] ?? fallback;
    if (typeof value === 'string') return literal(value);
    missing = true;
    return '';
  });
  return missing ? undefined : expanded;
};
