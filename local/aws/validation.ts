import { AwsError } from './stand-in.ts';

/** The error in which AWS's JSON services list what is wrong with an input. */
export const validationError = (...problems: string[]): AwsError =>
  new AwsError(
    'ValidationException',
    `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected: ${problems.join('; ')}`,
  );

export const mustNotBeNull = (member: string): string =>
  `Value at '${member}' failed to satisfy constraint: Member must not be null`;

export const mustSatisfy = (member: string, value: unknown, constraint: string): string =>
  `Value '${String(value)}' at '${member}' failed to satisfy constraint: Member must ${constraint}`;
