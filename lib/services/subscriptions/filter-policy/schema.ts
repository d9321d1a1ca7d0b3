import * as z from 'zod/mini';
import { AttributeName, AttributeScalar } from '../../topics/schema.ts';

/**
 * The bounds of SNS: https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
 * Names in a policy, and how many values it has if one of each name's is picked in every way.
 */
const maxNames = 5;
const maxCombinations = 150;

const Text = z.string().check(z.maxLength(1_024));
const Prefix = z.strictObject({ prefix: Text.check(z.minLength(1)) });

const operators = ['=', '<', '<=', '>', '>='] as const;
const lower = ['>', '>='];
const upper = ['<', '<='];

/** `["=", 5]`, `["<", 5]`, `[">=", 0, "<", 10]`. */
const isComparison = (parts: readonly (string | number)[]): boolean => {
  const [operator, value, second, limit] = parts;
  if (typeof operator !== 'string' || typeof value !== 'number') return false;
  if (parts.length === 2) return true;
  return (
    parts.length === 4 &&
    lower.includes(operator) &&
    typeof second === 'string' &&
    upper.includes(second) &&
    typeof limit === 'number' &&
    value < limit
  );
};

const Numeric = z.strictObject({
  numeric: z
    .array(z.union([z.enum(operators), z.number()]))
    .check(
      z.refine(isComparison, 'must be an operator and a number, or a lower bound and an upper one above it'),
    ),
});

const AnythingBut = z.strictObject({
  'anything-but': z.union([
    AttributeScalar,
    z.array(AttributeScalar).check(z.minLength(1), z.maxLength(50)),
    Prefix,
  ]),
});

/** One thing that a value may be. */
export const FilterCondition = z.union([
  AttributeScalar,
  Prefix,
  AnythingBut,
  Numeric,
  z.strictObject({ exists: z.boolean() }),
]);
export type FilterCondition = z.infer<typeof FilterCondition>;

/**
 * Which messages a subscription takes, in the JSON of SNS: every name must match, by any of its conditions. Exact values, `prefix`,
 * `anything-but`, `numeric` and `exists`.
 */
export const FilterPolicy = z
  .record(AttributeName, z.array(FilterCondition).check(z.minLength(1), z.maxLength(maxCombinations)))
  .check(
    z.refine((policy) => Object.keys(policy).length > 0, 'must name an attribute; leave it out to take all'),
    z.refine((policy) => Object.keys(policy).length <= maxNames, `must name at most ${maxNames} attributes`),
    z.refine(
      (policy) =>
        Object.values(policy).reduce((product, { length }) => product * length, 1) <= maxCombinations,
      `must come to at most ${maxCombinations} combinations of values`,
    ),
  );
export type FilterPolicy = z.infer<typeof FilterPolicy>;
