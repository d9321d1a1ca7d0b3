import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { issueMessage } from '../../../../lib/platform/http/issue-message.ts';
import { issuesOf } from '../../../../lib/platform/http/issues.ts';

const issues = (schema: z.ZodMiniType, value: unknown) => {
  const result = z.safeParse(schema, value, { error: issueMessage });
  return result.success
    ? []
    : issuesOf(result.error, 'body').map(({ path, message }) => `${path}: ${message}`);
};

describe('what is wrong with a value', () => {
  it.each<[z.ZodMiniType, unknown, string[]]>([
    [z.string(), undefined, ['body: is required']],
    [z.string(), 1, ['body: must be a string']],
    [z.boolean(), 'yes', ['body: must be true or false']],
    [z.array(z.string()), {}, ['body: must be an array']],
    [z.record(z.string(), z.string()), { a: 1 }, ['a: must be a string']],
    [z.array(z.string()).check(z.minLength(2)), ['a'], ['body: must have at least 2 entries']],
    [z.string().check(z.length(3)), 'ab', ['body: must have exactly 3 characters']],
    [z.number().check(z.gt(0)), 0, ['body: must be more than 0']],
    [z.number().check(z.lt(5)), 5, ['body: must be less than 5']],
    [z.int().check(z.lte(5)), 6, ['body: must be at most 5']],
    [z.number().check(z.multipleOf(8)), 9, ['body: must be a multiple of 8']],
    [z.email(), 'x', ['body: must be an e-mail address']],
    [z.guid(), 'x', ['body: must be a UUID']],
    [z.iso.datetime(), 'x', ['body: must be a time in RFC 3339']],
    [z.string().check(z.regex(/^[a-z]+$/)), 'A', ['body: must match /^[a-z]+$/']],
    [z.literal('ok'), 'no', ['body: must be ok']],
    [z.union([z.string(), z.number()]), null, ['body: has none of the forms that are allowed here']],
    [
      z.strictObject({ a: z.string() }),
      { a: 'x', b: 1, c: 2 },
      ['b: is not a field that can be given here', 'c: is not a field that can be given here'],
    ],
    [
      z.string().check(z.refine((text) => text !== 'x', { error: 'must not be x' })),
      'x',
      ['body: must not be x'],
    ],
  ])('case %#', (schema, value, expected) => expect(issues(schema, value)).toEqual(expected));
});
