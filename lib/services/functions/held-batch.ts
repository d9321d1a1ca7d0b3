import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1));

/** Messages of a tenant's queue that an invocation is made for: received, and hidden from others until it has ended. */
export const HeldBatch = z.object({
  source_id: text,
  queue_id: text,
  /** Whether the function's result says which of them failed. */
  reports: z.boolean(),
  messages: z
    .array(
      z.object({
        id: text,
        /** SQS' own receipt handle. */
        handle: text,
        /** Its group, in a FIFO queue. */
        group: z.optional(z.string()),
      }),
    )
    .check(z.minLength(1), z.maxLength(10)),
});
export type HeldBatch = z.infer<typeof HeldBatch>;

/** How an invocation for a batch ended. */
export interface BatchOutcome {
  ok: boolean;
  /** JSON, of a plain handler. */
  result?: string;
}

/** What the runner of invocations does with the messages of a batch. Every method is safe to repeat. */
export interface HeldBatches {
  /**
   * Hides them anew for so long.
   * @returns false where not all of them are held any more; those that are go back to their queue at once
   */
  hold(tenant: string, batch: HeldBatch, seconds: number, signal: AbortSignal): Promise<boolean>;
  /** Deletes those that were dealt with. The others come back after their queue's visibility timeout. */
  settle(tenant: string, batch: HeldBatch, outcome: BatchOutcome, signal: AbortSignal): Promise<void>;
}

/**
 * Seconds for which the messages of a batch are hidden when they are received, and again when their invocation begins: longer
 * than the function may run, with room for waiting its turn and being tried again. SQS takes 43,200.
 */
export const holdSeconds = ({ timeout }: { timeout: number }): number => timeout + 300;
