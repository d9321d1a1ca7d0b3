import type * as z from 'zod/mini';
import { CloudError, type Issue } from '../errors/index.ts';

/** Issues that a message names; `details` has all of them. */
const named = 5;

const described = ({ path, message }: Issue): string => (path === '' ? message : `${path}: ${message}`);

/** `INVALID_INPUT` with all that is wrong. */
export const invalidInput = (issues: readonly Issue[], cause?: unknown): CloudError => {
  const more = issues.length > named ? `; and ${issues.length - named} more` : '';
  return new CloudError('INVALID_INPUT', issues.slice(0, named).map(described).join('; ') + more, {
    issues,
    cause,
  });
};

/** zod's issues as ours: one for each unknown field, paths joined with dots. `root` names the value itself. */
export const issuesOf = (error: z.core.$ZodError, root: string): Issue[] =>
  error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: issue.message }));
    }
    return [{ path: path.join('.') || root, message: issue.message }];
  });
