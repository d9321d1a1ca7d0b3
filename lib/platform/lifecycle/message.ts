import * as z from 'zod/mini';
import type { Reconciled } from '../table/resource.ts';
import type { ReconcileMessage } from './types.ts';

const text = z.string().check(z.minLength(1), z.maxLength(256));

/** What a reconcile queue delivers. */
export const ReconcileMessageSchema: z.ZodMiniType<ReconcileMessage> = z.object({
  kind: text,
  tenant: text,
  id: text,
  generation: z.int(),
  event_id: text,
  observed: z.optional(z.boolean()),
});

/** Names the look that a change of intent asks for. */
export const intentEventId = (id: string, generation: number): string => `${id}:${generation}`;

/** Names the look that a record has put off. */
export const attemptEventId = ({
  id,
  generation,
  next_attempt_at,
}: Pick<Reconciled, 'id' | 'generation' | 'next_attempt_at'>) => `${id}:${generation}:${next_attempt_at}`;

/** Names the look that somebody who watches a record takes because of its present version. */
export const watchedEventId = ({ id, version }: Pick<Reconciled, 'id' | 'version'>): string =>
  `${id}:${version}:watched`;
