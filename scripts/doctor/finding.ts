import type { Clients } from './clients.ts';

export interface Finding {
  name: string;
  /** `bad`: a deployment would fail, or nothing would work. `weak`: it works, within limits that the advice names. */
  verdict: 'good' | 'weak' | 'bad';
  found: string;
  /** What to do; left out where all is well. */
  advice?: string;
}

export interface Check {
  name: string;
  look(clients: Clients): Promise<Omit<Finding, 'name'>>;
  /** What being refused means for this check: `bad` by default, `weak` where deploying does not hang on it. */
  refused?: 'weak' | 'bad';
  /** What to do when refused, where it is not a right that is missing. */
  refusedAdvice?: string;
}
