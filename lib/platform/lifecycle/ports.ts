import type { LifecycleDetail, ReconcileMessage } from './types.ts';

export interface OutgoingMessage {
  message: ReconcileMessage;
  /** 0 to 900, whole. */
  delaySeconds: number;
}

/** Which of the entries given could not be sent, by index, and why. */
export type Unsent = ReadonlyMap<number, Error>;

/** A queue of reconcile messages, fair between tenants. */
export interface ReconcileQueue {
  send(messages: readonly OutgoingMessage[], signal?: AbortSignal): Promise<Unsent>;
}

/** The platform's event bus. */
export interface LifecycleBus {
  publish(details: readonly LifecycleDetail[], signal?: AbortSignal): Promise<Unsent>;
}

/** The queue of each kind that lives in a cloud. */
export type QueuesByKind = Readonly<Record<string, ReconcileQueue>>;

/** @throws Error for a kind that has no queue, which is a bug */
export const queueOf = (queues: QueuesByKind, kind: string): ReconcileQueue => {
  const queue = Object.hasOwn(queues, kind) ? queues[kind] : undefined;
  if (!queue) throw new Error(`there is no reconcile queue for ${kind}`);
  return queue;
};
