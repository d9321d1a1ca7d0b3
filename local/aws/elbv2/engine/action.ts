import { missingParameter, unknownParameter } from '../rules/errors.ts';
import type { Call } from './call.ts';

/**
 * One action. Parameters that are in neither list are refused: what the stand-in doesn't do must never look done.
 * `perform` runs inside one database transaction and may not wait for anything.
 */
export interface ElbAction<Input, Output> {
  required?: readonly (keyof Input & string)[];
  optional?: readonly (keyof Input & string)[];
  perform(input: Input, call: Call): Output;
}

/** Gives an action's declaration its types. */
export const defineAction = <Input, Output>(action: ElbAction<Input, Output>): ElbAction<Input, Output> =>
  action;

/** @throws ValidationError for a required parameter that is absent or empty, or one that isn't known */
export const checkParameters = <Input extends object>(
  action: ElbAction<Input, unknown>,
  input: Input,
): void => {
  const known = new Set<string>([...(action.required ?? []), ...(action.optional ?? [])]);
  for (const [name, value] of Object.entries(input))
    if (value !== undefined && !known.has(name)) throw unknownParameter(name);
  for (const name of action.required ?? []) {
    const value: unknown = input[name];
    if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0))
      throw missingParameter(name);
  }
};
