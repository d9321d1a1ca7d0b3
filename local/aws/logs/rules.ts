import { AwsError } from '../stand-in.ts';
import { mustNotBeNull, mustSatisfy, validationError } from '../validation.ts';

const maxNameLength = 512;

export const invalidParameter = (...problems: string[]): AwsError =>
  new AwsError('InvalidParameterException', validationError(...problems).message);

/** @throws AwsError as CloudWatch Logs refuses the name of a group */
export function checkGroupName(name: string | undefined): asserts name is string {
  if (!name) throw invalidParameter(mustNotBeNull('logGroupName'));
  if (name.length > maxNameLength)
    throw invalidParameter(
      mustSatisfy('logGroupName', name, `have length less than or equal to ${maxNameLength}`),
    );
  if (!/^[.\-_/#A-Za-z0-9]+$/.test(name))
    throw invalidParameter(
      mustSatisfy('logGroupName', name, 'satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+'),
    );
}
