import { type CompiledStatement, compilePolicy } from './compile.ts';
import type { NamedPolicy } from './policy.ts';
import type { AuthorizationRequest } from './request.ts';
import type { Grant } from './usage.ts';

/** IAM's answer, and the grants that gave it. */
export type Decision =
  | { effect: 'allow'; grants: readonly Grant[] }
  | { effect: 'explicitDeny' | 'implicitDeny' };

/** Bounds the memory of decisions: a caller that names ever new resources would grow it for good. */
const maxRemembered = 5_000;

interface Candidates {
  statements: readonly { statement: CompiledStatement; patterns: readonly string[] }[];
  contextual: boolean;
  keys: readonly string[];
}

/**
 * Evaluates identity policies as IAM does: an explicit deny wins, then one allow is enough, else the answer is no.
 * Policies are compiled once; where nothing depends on the request's context, decisions are remembered.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export class Evaluator {
  readonly #statements: readonly CompiledStatement[];
  readonly #candidates = new Map<string, Candidates>();
  readonly #remembered = new Map<string, Decision>();

  /** @throws Error where a policy is malformed */
  constructor(policies: readonly NamedPolicy[]) {
    this.#statements = policies.flatMap(compilePolicy);
  }

  evaluate(request: AuthorizationRequest): Decision {
    const candidates = this.#candidatesFor(request.action);
    if (candidates.contextual) return decide(candidates, request);
    const key = `${request.action} ${request.resource}`;
    const known = this.#remembered.get(key);
    if (known) return known;
    const decision = decide(candidates, request);
    if (this.#remembered.size >= maxRemembered) this.#remembered.clear();
    this.#remembered.set(key, decision);
    return decision;
  }

  /** The condition keys, in lower case, that a decision on this action may look at. */
  keysAskedFor(action: string): readonly string[] {
    return this.#candidatesFor(action).keys;
  }

  #candidatesFor(action: string): Candidates {
    const known = this.#candidates.get(action);
    if (known) return known;
    const statements = this.#statements.flatMap((statement) => {
      const patterns = statement.actions(action);
      return patterns ? [{ statement, patterns }] : [];
    });
    const candidates = {
      statements,
      contextual: statements.some(({ statement }) => statement.contextual),
      keys: statements.flatMap(({ statement }) => statement.conditions.map(({ key }) => key)),
    };
    this.#candidates.set(action, candidates);
    return candidates;
  }
}

const decide = ({ statements }: Candidates, { resource, context }: AuthorizationRequest): Decision => {
  const grants: Grant[] = [];
  for (const { statement, patterns } of statements) {
    const resources = statement.resources(resource, context);
    if (!resources || !statement.conditions.every((condition) => condition.holds(context))) continue;
    if (statement.effect === 'Deny') return { effect: 'explicitDeny' };
    for (const action of patterns)
      for (const pattern of resources)
        grants.push({ policy: statement.policy, statement: statement.index, action, resource: pattern });
  }
  return grants.length > 0 ? { effect: 'allow', grants } : { effect: 'implicitDeny' };
};
