import { TemplateError } from './template-error.ts';
import type { Stack } from './types.ts';

/**
 * Values of a stack's parameters: their defaults. A parameter of an SSM type names a parameter in the Parameter Store,
 * and has that one's value; `BootstrapVersion`, which only the deploying tool reads, is passed over.
 *
 * @throws TemplateError where a parameter has no default, or the Parameter Store has no such name
 */
export const parameterValues = (
  stack: Stack,
  storedParameter: (name: string) => string | undefined,
): Map<string, unknown> => {
  const values = new Map<string, unknown>();
  for (const [name, parameter] of Object.entries(stack.template.Parameters ?? {})) {
    if (name === 'BootstrapVersion') continue;
    if (parameter.Default === undefined)
      throw new TemplateError(
        `${stack.name}: parameter ${name} has no default, so it can have no local value`,
      );
    if (!parameter.Type.startsWith('AWS::SSM::Parameter::Value')) {
      values.set(
        name,
        parameter.Type.startsWith('List') ? String(parameter.Default).split(',') : parameter.Default,
      );
      continue;
    }
    const stored = storedParameter(String(parameter.Default));
    if (stored === undefined)
      throw new TemplateError(
        `${stack.name}: the Parameter Store has no ${parameter.Default} for parameter ${name}`,
      );
    values.set(name, parameter.Type.includes('List<') ? stored.split(',') : stored);
  }
  return values;
};
