import * as z from 'zod/mini';
import { HeldBatch } from './held-batch.ts';

/** Tries of an invocation that fails without the user's code being at fault. */
export const maxTries = 5;
/** How often the queue hands out one message, until it is a dead letter. */
export const maxReceives = 5;

const text = z.string().check(z.minLength(1), z.maxLength(256));

/** The message of the queue `invocations`: the accepted invocation itself. What the table says of it follows from this. */
export const InvocationTask = z.object({
  tenant: text,
  function_id: text,
  invocation_id: text,
  /** Base64. */
  payload: z.string(),
  /** When it was accepted, RFC 3339. */
  accepted_at: z.string(),
  /** From 1. */
  attempt: z.int(),
  /** Present where an event source made it: the messages that it is for. */
  batch: z.optional(HeldBatch),
});
export type InvocationTask = z.infer<typeof InvocationTask>;

/** Seconds before the next try: 5, 10, 20, 40, with up to as much again by chance. */
export const retryDelaySeconds = (attempt: number, random: number): number =>
  Math.round(5 * 2 ** (attempt - 1) * (1 + random));

/** Sends an invocation to be run, durably: when it is back, the message is the queue's. */
export type SendTask = (task: InvocationTask, delaySeconds: number, signal: AbortSignal) => Promise<void>;
