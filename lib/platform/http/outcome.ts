import * as z from 'zod/mini';
import type { AnyRoute, Listed } from './route.ts';

/** What a handler gave, parsed with the route's schema: stored-only fields are gone. */
export interface Outcome {
  /** `undefined` where the answer is empty. */
  data: unknown;
  listed?: Listed<unknown>;
}

/**
 * Parses a handler's result with the route's answer schema.
 * @throws Error where it does not fit: a bug of ours, answered as `INTERNAL`
 */
export const outcomeOf = (route: AnyRoute, result: unknown): Outcome => {
  const schema = route.responds.body;
  if (schema === 'empty') return { data: undefined };
  const listed = route.list ? (result as Listed<unknown>) : undefined;
  const parsed = z.safeParse(schema, listed ? listed.items : result);
  if (parsed.success) return { data: parsed.data, listed };
  const places = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`).join('; ');
  throw new Error(`the answer of ${route.method} ${route.path} does not fit its schema: ${places}`);
};
