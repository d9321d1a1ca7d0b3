import { resourceMatches } from './arn.ts';
import { type Condition, compileConditions } from './conditions/condition.ts';
import { globMatches } from './glob.ts';
import { asList, type NamedPolicy, type Statement } from './policy.ts';
import type { ConditionContext } from './request.ts';
import { expandVariables, hasVariables } from './variables.ts';

/** A statement that can be asked. */
export interface CompiledStatement {
  effect: Statement['Effect'];
  policy: string;
  /** Position within its policy. */
  index: number;
  conditions: readonly Condition[];
  /** Whether the answer depends on more than action and resource. */
  contextual: boolean;
  /** The patterns that cover the action; undefined where none does. */
  actions(action: string): readonly string[] | undefined;
  /** The patterns that cover the resource; undefined where none does. */
  resources(resource: string, context: ConditionContext): readonly string[] | undefined;
}

type Cover = (value: string, context: ConditionContext) => readonly string[] | undefined;

const found = (patterns: readonly string[]) => (patterns.length > 0 ? patterns : undefined);

const cover = (
  patterns: readonly string[],
  except: readonly string[],
  matches: (pattern: string, value: string, context: ConditionContext) => boolean,
): Cover =>
  except.length > 0
    ? (value, context) => (except.some((one) => matches(one, value, context)) ? undefined : ['*'])
    : (value, context) => found(patterns.filter((one) => matches(one, value, context)));

const compileStatement = (statement: Statement, policy: string, index: number): CompiledStatement => {
  const actions = cover(asList(statement.Action), asList(statement.NotAction), (pattern, action) =>
    globMatches(pattern, action, true),
  );
  const named = [...asList(statement.Resource), ...asList(statement.NotResource)];
  const resources = cover(
    asList(statement.Resource),
    asList(statement.NotResource),
    (pattern, resource, context) => {
      const expanded = expandVariables(pattern, context);
      return expanded !== undefined && resourceMatches(expanded, resource);
    },
  );
  const conditions = compileConditions(statement);
  return {
    effect: statement.Effect,
    policy,
    index,
    conditions,
    contextual: conditions.length > 0 || named.some(hasVariables),
    actions: (action) => actions(action, {}),
    resources,
  };
};

/** @throws Error where a policy is malformed */
export const compilePolicy = ({ name, document }: NamedPolicy): CompiledStatement[] =>
  asList(document.Statement).map((statement, index) => compileStatement(statement, name, index));
