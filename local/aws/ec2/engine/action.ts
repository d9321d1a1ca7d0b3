import { missingParameter, unknownParameter } from '../rules/errors.ts';
import type { Call } from './call.ts';

/**
 * One EC2 action. Parameters that are in neither list are refused with UnknownParameter: what the stand-in doesn't do
 * must never look done. `perform` runs inside one database transaction and may not wait for anything.
 */
export interface Ec2Action<Input, Output> {
  required?: readonly (keyof Input & string)[];
  optional?: readonly (keyof Input & string)[];
  perform(input: Input, call: Call): Output;
}

/** Gives an action's declaration its types. */
export const defineAction = <Input, Output>(action: Ec2Action<Input, Output>): Ec2Action<Input, Output> =>
  action;

/**
 * @throws MissingParameter for a required one that is absent or empty
 * @throws UnknownParameter
 */
export const checkParameters = <Input extends object>(
  action: Ec2Action<Input, unknown>,
  input: Input,
): void => {
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  const known = new Set<string>([...(action.required ?? []), ...(action.optional ?? []), 'DryRun']);
  for (const [name] of given) if (!known.has(name)) throw unknownParameter(name);
  for (const name of action.required ?? []) {
    const value: unknown = input[name];
    if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0))
      throw missingParameter(name);
  }
};
