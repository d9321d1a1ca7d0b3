import { asList, type Statement } from '../policy.ts';
import type { ConditionContext } from '../request.ts';
import { expandVariables } from '../variables.ts';
import { type Comparison, comparisons, negations } from './operators.ts';

/** One key of one operator of a statement. */
export interface Condition {
  /** In lower case. */
  key: string;
  holds(context: ConditionContext): boolean;
}

interface Operator {
  quantifier: 'one' | 'ForAllValues' | 'ForAnyValue';
  ifExists: boolean;
  negated: boolean;
  compare: Comparison;
}

const parseOperator = (text: string): Operator => {
  const [, set, name = '', ifExists] =
    text.match(/^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/) ?? [];
  const positive = negations.get(name);
  const compare = comparisons.get(positive ?? name);
  if (!compare) throw new Error(`MalformedPolicyDocument: invalid condition operator ${text}`);
  return {
    quantifier: (set as Operator['quantifier'] | undefined) ?? 'one',
    ifExists: ifExists !== undefined,
    negated: positive !== undefined,
    compare,
  };
};

const nullCondition = (key: string, wanted: readonly string[]): Condition => ({
  key,
  holds: (context) =>
    wanted.some((value) => (value.toLowerCase() === 'true') === (context[key] === undefined)),
});

const comparison = (operator: Operator, key: string, wanted: readonly string[]): Condition => {
  const { quantifier, ifExists, negated, compare } = operator;
  return {
    key,
    holds: (context) => {
      const actual = context[key];
      if (actual === undefined)
        return ifExists || quantifier === 'ForAllValues' || (negated && quantifier === 'one');
      const expanded = wanted
        .map((value) => expandVariables(value, context))
        .filter((value) => value !== undefined);
      const passes = (value: string) => expanded.some((one) => compare(value, one)) !== negated;
      const values = asList(actual);
      if (quantifier === 'one' && negated) return values.every(passes);
      return quantifier === 'ForAllValues' ? values.every(passes) : values.some(passes);
    },
  };
};

/**
 * Compiles a statement's conditions. All must hold; the values of one key are alternatives.
 *
 * @throws Error where an operator does not exist
 */
export const compileConditions = (statement: Statement): Condition[] =>
  Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([name, values]) => {
      const key = name.toLowerCase();
      const wanted = asList(values).map(String);
      return operator === 'Null'
        ? nullCondition(key, wanted)
        : comparison(parseOperator(operator), key, wanted);
    }),
  );
