/** Condition keys in lower case, and their values. */
export type ConditionContext = Readonly<Record<string, string | readonly string[]>>;

/** One action on one resource, as IAM evaluates it. */
export interface AuthorizationRequest {
  /** For example `dynamodb:GetItem`. */
  action: string;
  resource: string;
  context: ConditionContext;
}

/** What a call needs to be allowed. A call may need several, and goes ahead only with all of them. */
export interface Need {
  action: string;
  /** The action must be allowed on one of these; nearly always there is just one. */
  resources: readonly string[];
  context?: ConditionContext;
}

/** Where a call works. */
export interface Place {
  region: string;
  account: string;
}
