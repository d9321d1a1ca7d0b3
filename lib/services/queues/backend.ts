import { BackendError } from '../../platform/lifecycle/types.ts';
import type { QueueAttributes } from './attributes.ts';

/** Whose queue it is; its name follows from these. */
export interface QueueRef {
  id: string;
  tenant: string;
  fifo: boolean;
}

/** How a queue works, in the platform's units. */
export interface QueueSettings {
  visibilityTimeoutSeconds: number;
  retentionSeconds: number;
  maxMessageBytes: number;
  delaySeconds: number;
  /** FIFO queues only. */
  contentBasedDeduplication?: boolean;
  /** Where dead letters go, a queue of the same tenant. */
  deadLetters?: { queue: QueueRef; maxReceiveCount: number };
}

export interface QueueCounts {
  ready: number;
  inFlight: number;
  delayed: number;
}

export interface OutgoingMessage {
  body: string;
  delaySeconds?: number;
  groupId?: string;
  deduplicationId?: string;
  attributes?: QueueAttributes;
}

/** What became of one message. */
export type Sent =
  | { id: string; sequenceNumber?: string }
  /** `isOurs`: the message itself is why, and another try will fail too. */
  | { reason: string; isOurs: boolean };

export interface ReceivedMessage {
  id: string;
  body: string;
  handle: string;
  receivedCount: number;
  /** Milliseconds since the epoch. */
  sentAt: number;
  groupId?: string;
  deduplicationId?: string;
  sequenceNumber?: string;
  attributes?: QueueAttributes;
}

/** Nobody has made it yet, or it is gone. */
export class QueueAbsent extends BackendError {
  constructor(cause?: unknown) {
    super('not_yet', 'the queue is not there yet', cause);
  }
}

/** It was purged less than a minute ago. */
export class PurgeTooSoon extends BackendError {
  constructor(cause?: unknown) {
    super('throttled', 'a queue can be purged once a minute', cause);
  }
}

/**
 * Queues, in the platform's terms. Every method is safe to repeat but `send`, whose repeat may send twice. None throws
 * anything but `BackendError` on purpose; those on a queue that is not there throw `QueueAbsent`.
 */
export interface Messaging {
  /** Makes the queue where it is not there, without its dead letters. Leaves one alone that is. */
  ensure(queue: QueueRef, settings: QueueSettings, signal: AbortSignal): Promise<void>;
  /** Gives it these settings, all of them. */
  configure(queue: QueueRef, settings: QueueSettings, signal: AbortSignal): Promise<void>;
  exists(queue: QueueRef, signal: AbortSignal): Promise<boolean>;
  counts(queue: QueueRef, signal: AbortSignal): Promise<QueueCounts>;
  /** Its messages go too. Nothing where it is gone. */
  delete(queue: QueueRef, signal: AbortSignal): Promise<void>;
  /** @throws PurgeTooSoon */
  purge(queue: QueueRef, signal: AbortSignal): Promise<void>;
  /** Up to ten; results in the order of the messages. */
  send(queue: QueueRef, messages: readonly OutgoingMessage[], signal: AbortSignal): Promise<Sent[]>;
  receive(
    queue: QueueRef,
    request: { maximum: number; waitSeconds: number; visibilityTimeoutSeconds: number },
    signal: AbortSignal,
  ): Promise<ReceivedMessage[]>;
  /** Makes received messages visible again at once. Up to ten. */
  release(queue: QueueRef, handles: readonly string[], signal: AbortSignal): Promise<void>;
  /**
   * Hides received messages for so long from now on: up to ten, up to 43,200 s, of 0 s not at all.
   * @returns for each whether it was still held under this handle
   */
  hide(queue: QueueRef, handles: readonly string[], seconds: number, signal: AbortSignal): Promise<boolean[]>;
  /**
   * Hides one received message for so long from now on, 0 to 43,200 seconds.
   * @returns `unknown` where the handle is none, or its message is no longer hidden; `beyond` where that would be more than
   * 12 hours from its receive
   */
  hideOne(
    queue: QueueRef,
    handle: string,
    seconds: number,
    signal: AbortSignal,
  ): Promise<'hidden' | 'unknown' | 'beyond'>;
  /** Deletes received messages, up to ten. @returns for each whether the handle is good */
  remove(queue: QueueRef, handles: readonly string[], signal: AbortSignal): Promise<boolean[]>;
}
