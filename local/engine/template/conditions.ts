import type { Scope } from './scope.ts';
import { TemplateError } from './template-error.ts';
import { isRecord } from './types.ts';

type Resolve = (value: unknown, scope: Scope) => unknown;

/**
 * Truth of a condition: the name of one of the stack's conditions, or a condition function.
 *
 * @throws TemplateError on an unknown name or function
 */
export const isTrue = (condition: unknown, scope: Scope, resolve: Resolve): boolean => {
  if (typeof condition === 'string') {
    const named = scope.template.Conditions?.[condition];
    if (named === undefined)
      throw new TemplateError(`${scope.stackName}: no condition is named ${condition}`);
    return isTrue(named, scope, resolve);
  }
  if (!isRecord(condition))
    throw new TemplateError(`${scope.stackName}: not a condition: ${JSON.stringify(condition)}`);
  const [name, operands] = Object.entries(condition)[0] ?? [];
  const list = Array.isArray(operands) ? operands : [operands];
  switch (name) {
    case 'Condition':
      return isTrue(operands, scope, resolve);
    case 'Fn::Equals':
      return String(resolve(list[0], scope)) === String(resolve(list[1], scope));
    case 'Fn::Not':
      return !isTrue(list[0], scope, resolve);
    case 'Fn::And':
      return list.every((operand) => isTrue(operand, scope, resolve));
    case 'Fn::Or':
      return list.some((operand) => isTrue(operand, scope, resolve));
    default:
      throw new TemplateError(`${scope.stackName}: unknown condition function ${name}`);
  }
};
