import type { SubscriptionRecord } from '../subscriptions/service.ts';
import type { DeliverMessage } from './message.ts';

/** Where deliveries wait for the worker. */
export interface DeliveryQueue {
  /**
   * Sends them, each with its delay in seconds, up to 900.
   * @throws Error where one could not be sent; others may have been
   */
  send(
    messages: readonly { message: DeliverMessage; delaySeconds: number }[],
    signal: AbortSignal,
  ): Promise<void>;
}

/** How an attempt ended. */
export type Outcome =
  | { ok: true; status_code?: number }
  | {
      ok: false;
      status_code?: number;
      /** Safe to show to the owner. */
      error: string;
      /** `message`: no repeat of it can succeed; `subscription`: nothing sent there will arrive any more. */
      final?: 'message' | 'subscription';
      /** When the endpoint wants the next attempt at the earliest, in milliseconds since the epoch. */
      retry_at?: number;
    };

/** What is handed over. */
export interface Handover {
  subscription: SubscriptionRecord;
  delivery: string;
  body: string;
  /** The message's attributes, as `attributesHeader` writes them. */
  attributes?: string;
}

/** One kind of endpoint. */
export interface Target {
  /** Tries once. @throws Error only where the platform itself has failed, or was told to stop */
  hand(over: Handover, signal: AbortSignal): Promise<Outcome>;
}

export type Targets = Readonly<Record<SubscriptionRecord['protocol'], Target>>;
